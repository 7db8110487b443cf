import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { connect } from '../system/client.ts';
import { type Command, start } from '../system/command.ts';
import { copiedProject, edit } from '../system/project.ts';
import { blocks } from './blocks.ts';

const folder = 'dist/readme';

const readme = await readFile('README.md', 'utf8');

it('shows kinds and a test that Biome has nothing to say about', async () => {
  const [kind = '', test = '', poll = ''] = blocks(readme, 'ts');
  for (const [path, code] of [
    ['domain/kinds/light.ts', kind],
    ['test/domain/kinds/light.test.ts', test],
    ['domain/kinds/poll.ts', poll],
  ] as const) {
    const biome = spawn('node_modules/.bin/biome', ['check', '--write', `--stdin-file-path=${path}`]);
    biome.stdin.end(code);
    const [written, told] = await Promise.all([text(biome.stdout), text(biome.stderr)]);
    expect([written, told]).toEqual([code, '']);
  }
});

const testOfPoll = (action: string): string => `
  import { expect, it } from 'vitest';
  import { parseAction } from '../../domain/action.ts';
  import { createRegistry } from '../../domain/registry.ts';
  import { given } from '../../test/domain/given.ts';
  import { lawsOf } from '../../test/domain/laws.ts';
  import { poll } from './poll.ts';

  lawsOf(poll);

  it('counts the action that is shown, once for each who sends it', () => {
    expect(parseAction(${JSON.stringify(action)}, createRegistry([poll]), 0)).toMatchObject({ ok: true, room: 'poll/lunch' });
    const { action: type, room: _, ...data } = ${action};
    const vote = (by: string) => ({ type, data, by }) as never;
    given(poll).events(vote('ann'), vote('bob'), vote('ann')).refuses('voted-so').state({ ann: 'yes', bob: 'yes' });
  });
`;

it('shows kinds and a test that compile and pass', async () => {
  const [kind = '', test = '', poll = ''] = blocks(readme, 'ts');
  const [action = ''] = blocks(readme, 'json');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'light.ts'), kind.replace('../kind.ts', '../../domain/kind.ts'));
  const placed = test
    .replace('../given.ts', '../../test/domain/given.ts')
    .replace('../laws.ts', '../../test/domain/laws.ts')
    .replace('../../../domain/kinds/light.ts', './light.ts');
  await writeFile(join(folder, 'light.test.ts'), placed);
  await writeFile(join(folder, 'poll.ts'), poll.replace('../kind.ts', '../../domain/kind.ts'));
  await writeFile(join(folder, 'poll.test.ts'), testOfPoll(action));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['.'], exclude: [] }),
  );
  const run = promisify(execFile);
  const node = process.execPath;
  await run(node, ['node_modules/typescript/bin/tsc', '-p', folder]);
  const { stdout } = await run(node, ['node_modules/vitest/vitest.mjs', 'run', '--root', folder]);
  expect(stripVTControlCharacters(stdout)).toMatch(/Test Files {2}2 passed/);
});

it('names no script that is not there', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = blocks(readme, 'sh')
    .join('\n')
    .matchAll(/npm run ([\w:]+)/g);
  for (const [, script = ''] of named) expect(scripts).toHaveProperty([script]);
});

it('hunts a bug, word for word', async () => {
  const folder = await copiedProject();
  const run = async (command: string): Promise<string> => {
    const launched = command.replace('npx foldcast', `'${process.execPath}' replay/command-line/foldcast.js`);
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', launched], { cwd: folder });
    return stdout + stderr;
  };
  const [, , , mended = ''] = blocks(readme, 'ts');
  const mend = () => edit(join(folder, 'domain/kinds/counter.ts'), '  refusal: () => undefined,\n', mended);
  const click = async () => {
    const client = await connect((await runtime?.ready())?.href ?? '');
    for (const action of ['minus', 'plus', 'plus']) client.send({ action });
    await client.shows(0);
  };
  let runtime: Command | undefined;
  const steps = blocks(readme, 'console').flatMap((block) => block.split(/^\$ /m).slice(1));
  expect(steps).toHaveLength(5);
  for (const step of steps) {
    const [command = '', ...printed] = step.split('\n');
    if (command.includes('whatif')) await mend();
    if (command.includes('import')) {
      runtime = start(['--port', '0'], { folder });
      await runtime.ready();
    }
    // Who clicks in a new runtime, and when, is another matter each time.
    const known = (text: string) => text.replaceAll(/^( 9|1\d) {2}.{24} {2}\S+/gm, '$1 …');
    expect(known(await run(command))).toBe(known(printed.join('\n')));
    if (command.includes('import')) await click();
  }
});
