import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, it, onTestFinished } from 'vitest';
import { connect } from '../system/client.ts';
import { start } from '../system/command.ts';
import { copiedProject, edit, root } from '../system/project.ts';
import { until } from '../system/until.ts';

/** A project whose kinds are these and tic-tac-toe, running. */
let url: string;
beforeEach(async () => {
  const folder = await copiedProject();
  const registry = join(folder, 'domain/registry.ts');
  await edit(
    registry,
    'import { chat }',
    "import { ticTacToe } from '../examples/tic-tac-toe/kind.ts';\nimport { chat }",
  );
  await edit(registry, '[counter, chat, files, game]', '[counter, chat, files, game, ticTacToe]');
  url = (await start(['--port', '0'], { folder }).ready()).href;
});

/** An example as it runs in a terminal. */
const run = (script: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [join('examples', script), ...args, url], { cwd: root });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    shows: (what: string | RegExp) =>
      until(`${script} shows ${what}`, () => (typeof what === 'string' ? text.includes(what) : what.test(text))),
    text: () => text,
    types: (line: string) => child.stdin.write(`${line}\n`),
  };
};

it('terminals.ts hands a text to a user, and says when there is no such one', async () => {
  const [ann, bob] = [run('terminals.ts', 'ann'), run('terminals.ts', 'bob')];
  const noSuchUser = 'There is no such user in that room';
  // Which is what bob is told until ann is in the room.
  const heard = () => ann.text().includes('~bob: Hi! :)');
  for (let tries = 1; !heard(); tries += 1) {
    bob.types('ann Hi! :)');
    await until('one of them is told', () => heard() || bob.text().split(noSuchUser).length > tries);
  }
  const before = bob.text().split(noSuchUser).length;
  bob.types('eve Hello?');
  await until('bob is told once more', () => bob.text().split(noSuchUser).length > before);
});

it('files.ts puts a file into the bucket, and hears that it is there', async () => {
  const folder = await copiedProject();
  const path = join(folder, 'notes.txt');
  await writeFile(path, 'Tea at five.');
  await run('files.ts', path).shows(/^created \S*notes\.txt$/m);
});

it('fishbowl.ts puts a name into the bowl, next to what a published client puts there', async () => {
  const ann = run('fishbowl.ts', 'KFNF', 'Ada Lovelace');
  await ann.shows('"names":["Ada Lovelace"]');
  const theirs = await connect(url);
  theirs.send({ action: 'updateGame', gameAction: 'addNames', gameId: 'KFNF', names: ['Alan Turing'] });
  await ann.shows('"names":["Ada Lovelace","Alan Turing"]');
});

it('tic-tac-toe/play.ts is played by two, and refuses who is not next', async () => {
  const [ann, bob] = [run('tic-tac-toe/play.ts', 'garden', 'ann'), run('tic-tac-toe/play.ts', 'garden', 'bob')];
  ann.types('4');
  await bob.shows('· x ·');
  ann.types('0');
  await ann.shows('not-your-turn');
  for (const [who, cell, row] of [
    [bob, 0, 'o · ·'],
    [ann, 1, 'o x ·'],
    [bob, 2, 'o x o'],
    [ann, 7, '· x ·\n· x ·'],
  ] as const) {
    who.types(String(cell));
    if (cell !== 7) await (who === ann ? bob : ann).shows(row);
  }
  await bob.shows('x wins');
});
