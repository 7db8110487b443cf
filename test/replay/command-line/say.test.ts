import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { connect } from '../../system/client.ts';
import { start } from '../../system/command.ts';
import { projectOf, root } from '../../system/project.ts';
import { until } from '../../system/until.ts';

/** This very project in a folder of its own, so that no other runtime is found in it. */
const project = () =>
  projectOf({ 'infra/index.ts': `export * from '${pathToFileURL(join(root, 'infra/index.ts'))}';` });

/** Runs the command line in a folder, and returns its exit code and what it printed. */
const say = (folder: string, ...args: readonly string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile(
      process.execPath,
      [join(root, 'replay/command-line/say.js'), ...args],
      { cwd: folder },
      (error, stdout, stderr) => done({ code: error ? error.code : 0, stdout: stdout.trim(), stderr: stderr.trim() }),
    );
  });

const nothing = {
  code: 2,
  stdout: '',
  stderr: 'Nothing runs here: start it with npm start in this folder, or name a stack with --stack.',
};

it('reaches every connection of what runs in the folder, on either wire, in a room or not', async () => {
  const folder = await project();
  const { href } = await start(['--port', '0'], { folder }).ready();
  const [ann, bob] = [await connect(href), await connect(href)];
  const envelopes = new WebSocket(href, 'foldcast.v1');
  const heard: string[] = [];
  envelopes.on('message', (data) => heard.push(String(data)));
  await once(envelopes, 'open');
  onTestFinished(() => {
    for (const socket of [ann.socket, bob.socket, envelopes]) socket.terminate();
  });

  const message = 'Maintenance in five minutes: "save" your game 🎈';
  const { code, stdout } = await say(folder, message);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^Said to 3 connections of the local runtime on port \d+\.$/),
  ]);
  await until('all have heard', () => [ann.messages, bob.messages, heard].every(({ length }) => length > 0));
  expect([ann, bob].map(({ messages }) => messages)).toEqual([[message], [message]]);
  expect(heard.map((text) => JSON.parse(text))).toEqual([{ type: 'notice', message }]);
}, 120_000);

it('says that nothing runs, also after a runtime has ended or was killed', async () => {
  const folder = await project();
  expect(await say(folder, 'Hello')).toEqual(nothing);
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const command = start(['--port', '0'], { folder });
    await command.ready();
    expect(await say(folder, 'Hello', '--local')).toMatchObject({ code: 0 });
    command.signal(signal);
    await command.ended;
    expect(await say(folder, 'Hello')).toEqual(nothing);
  }
}, 120_000);

it.each([
  [['']],
  [[`${'x'.repeat(32 * 1024)}x`]],
  [[]],
  [['Hello', 'world']],
  [['Hello', '--local', '--stack', 'prod']],
  [['Hello', '--\u001b[2J']],
])('refuses what can never be said, in a sentence', async (args) => {
  const { code, stderr } = await say(root, ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^[^\p{Cc}]+$/u);
});
