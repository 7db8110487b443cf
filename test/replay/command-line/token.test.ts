import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectV1 } from '../../system/client-v1.ts';
import { start } from '../../system/command.ts';
import { projectOf, root } from '../../system/project.ts';
import { handshake } from '../../system/signed-in.ts';
import { until } from '../../system/until.ts';

const settings = (auth: string) => `config:
${auth}  foldcast:defaultRooms: []
  foldcast:logLevel: DEBUG
`;
const named = '  foldcast:auth: jwt\n  foldcast:authIssuer: https://issuer.example\n  foldcast:authAudience: play\n';
const signed = `${named}  foldcast:authSecret:\n    secure: v1:0123456789abcdef\n`;

/** This very project, with stacks of which one signs in with a secret, one with the keys of an issuer, and one not at all. */
const project = (atEnd?: Parameters<typeof projectOf>[1]) =>
  projectOf(
    {
      'infra/index.ts': `export * from '${pathToFileURL(join(root, 'infra/index.ts'))}';`,
      'Pulumi.dev.yaml': settings(''),
      'Pulumi.signed.yaml': settings(signed),
      'Pulumi.keys.yaml': settings(`${named}  foldcast:authKeysUrl: https://issuer.example/jwks.json\n`),
    },
    atEnd,
  );

/** What `npm run token` runs: its exit code and what it prints. */
const token = (folder: string, ...args: readonly string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile(
      process.execPath,
      [join(root, 'replay/command-line/token.js'), ...args],
      { cwd: folder },
      (error, stdout, stderr) => done({ code: error ? error.code : 0, stdout, stderr: stderr.trim() }),
    );
  });

it('prints a token with which one is let in, into the rooms that it names, and no output of the runtime holds it', async () => {
  const folder = await project();
  const command = start(['--port', '0', '--stack', 'signed', '--verbose'], { folder });
  const { href } = await command.ready();
  const made = await token(folder, '--stack', 'signed', '--user', 'ann', '--rooms', 'chat/*', 'game/ABCD');
  expect(made).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) });
  const text = made.stdout.trim();

  const ann = await connectV1(href, text);
  expect(await ann.act({ action: 'onMessage', room: 'chat/tea', message: 'Hi' })).toMatchObject({ type: 'ack' });
  expect(await ann.act({ action: 'plus' })).toMatchObject({ type: 'error', code: 'forbidden' });
  expect(await handshake(`${href}?token=${text}`)).toBe(101);
  expect(await handshake(`${href}?token=${text}x`)).toBe(401);
  expect(await handshake(href, ['foldcast.v1'])).toBe(401);
  await ann.join('chat/tea');
  await until('the log names her', () => command.stderr.some((line) => line.includes('let a user in')));
  ann.socket.terminate();
  command.signal('SIGINT');
  await command.ended;

  const output = [...command.stdout, ...command.stderr].join('\n');
  expect(output).toContain('stand-in for foldcast:authSecret');
  // Its first part says the algorithm alone.
  for (const part of text.split('.').slice(1)) expect(output).not.toContain(part);
}, 120_000);

it('prints one that ends when it was asked to', async () => {
  const { stdout } = await token(await project(), '--stack', 'signed', '--user', 'ann', '--minutes', '5');
  const { sub, iss, aud, iat, exp, rooms } = JSON.parse(
    Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString(),
  );
  expect({ sub, iss, aud, rooms, minutes: (exp - iat) / 60 }).toEqual({
    sub: 'ann',
    iss: 'https://issuer.example',
    aud: 'play',
    rooms: ['*'],
    minutes: 5,
  });
});

describe('bad input', () => {
  let folder: string;
  const ending: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    folder = await project((remove) => ending.push(remove));
  });
  afterAll(async () => {
    for (const remove of ending) await remove();
  });
  const ann = ['--user', 'ann'];

  it.each<[string, string[], RegExp]>([
    ['a stack without sign-in', ann, /^Nobody signs in to dev: set foldcast:auth to jwt in Pulumi\.dev\.yaml, /],
    [
      'a stack without a secret',
      [...ann, '--stack', 'keys'],
      /^The tokens of keys come from https:\/\/issuer\.example: /,
    ],
    ['a stack that there is not', [...ann, '--stack', 'nowhere'], /^There is no Pulumi\.nowhere\.yaml in /],
    ['nobody', ['--stack', 'signed'], /required option '--user <name>'/],
    ['a user without a name', ['--user', ''], /A user is a name of 1 to 128/],
    ['a user who could pass for an unverified one', ['--user', '~ann'], /does not begin with ~/],
    ['a user whom a terminal would act on', ['--user', 'a\u001b[2Jb'], /A user is a name of 1 to 128/],
    ...['0', '-1', '1.5', 'soon', '', '1441', 'NaN', 'Infinity'].map((minutes): [string, string[], RegExp] => [
      `"${minutes}" minutes`,
      [...ann, '--stack', 'signed', `--minutes=${minutes}`],
      /whole number from 1 to 1440/,
    ]),
    ['a name without its flag', ['ann', ...ann], /too many arguments/],
    ['a flag that there is not', [...ann, '--secret', 'x'], /unknown option '--secret'/],
  ])('%s is told what is wrong, and given no token', async (_, args, expected) => {
    const { code, stdout, stderr } = await token(folder, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).not.toContain('\u001b');
  });
});
