import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from './client.ts';
import { start } from './command.ts';
import { copiedProject, edit, projectOf, root } from './project.ts';
import { until } from './until.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

/** Starts it, waits for its end, and returns its exit code and what it said. */
const run = async (flags: readonly string[], options?: Parameters<typeof start>[1]) => {
  const command = start(flags, options);
  const code = await command.ended;
  return { code, stdout: command.stdout, stderr: command.stderr.filter((line) => line !== 'Starting …') };
};

it('says where it is ready last, serves its pages, and answers on localhost by any of its addresses', async () => {
  const command = start(['--port', '0']);
  const url = await command.ready();
  expect(url.href).toMatch(/^ws:\/\/localhost:\d+\/dev$/);
  expect(command.stderr[0]).toBe('Starting …');
  expect(command.stdout.slice(0, 2)).toEqual([
    expect.stringMatching(RegExp(`^pages +http://localhost:${url.port}/ and .*/counter /debug `)),
    expect.stringMatching(RegExp(`^socket +${url.href}$`)),
  ]);
  expect(command.stdout).toContainEqual(expect.stringMatching(/^data +in memory: gone at exit/));
  expect(command.stdout).toContainEqual(expect.stringMatching(/^end +Ctrl-C$/));
  expect(command.stdout.at(-1)).toBe(`ready ${url.href}`);

  const page = await fetch(`http://localhost:${url.port}/`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  expect(await page.text()).toContain('<!doctype html>');
  expect((await fetch(`http://localhost:${url.port}/nothing/here`)).status).toBe(404);

  const hosts = ['localhost', '127.0.0.1', ...(hasIpv6 ? ['[::1]'] : [])];
  for (const [index, host] of hosts.entries()) {
    const client = await connect(`ws://${host}:${url.port}/dev`);
    client.send({ action: 'plus' });
    await client.shows(index + 1);
    await client.close();
  }
});

it('says that its port is in use, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => {
    other.close();
  });
  const { port } = other.address() as { port: number };
  expect(await run(['--port', String(port)])).toEqual({
    code: 1,
    stdout: [],
    stderr: [`Port ${port} is in use: end what runs there, or start with --port and another number.`],
  });
});

it.each([
  ['--port', 'many'],
  ['--port', '70000'],
  ['--port', '3000.5'],
  ['--chaos', '2'],
  ['--latency', 'moon'],
  ['--seed', '-1'],
])('says what is wrong with %s %s', async (flag, value) => {
  const { code, stderr } = await run([flag, value]);
  expect([code, stderr.length]).toEqual([1, 1]);
  expect(stderr[0]).toContain(flag);
  expect(stderr[0]).toContain(`argument '${value}' is invalid`);
});

it('says that there is no such flag', async () => {
  const { code, stderr } = await run(['--prot', '3000']);
  expect(code).toBe(1);
  expect(stderr[0]).toContain("unknown option '--prot'");
});

it('says that there is no such stack', async () => {
  expect(await run(['--port', '0', '--stack', 'mars'])).toMatchObject({
    code: 1,
    stderr: [expect.stringContaining('Pulumi.mars.yaml')],
  });
});

it('says nothing that has power over the terminal', async () => {
  const { stderr } = await run(['--stack', '\u001b]0;owned\u0007\u009b2J\u202e', '--verbose']);
  expect(stderr.join('')).toContain('\\u001b]0;owned\\u0007\\u009b2J\\u202e');
  expect(stderr.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
});

it('says which resource of a program it does not know', async () => {
  const folder = await projectOf({
    'infra/index.ts': `
      import * as aws from '@pulumi/aws';
      new aws.ec2.Instance('web', { ami: 'ami-1', instanceType: 't4g.nano' });`,
  });
  const { code, stdout, stderr } = await run(['--port', '0'], { folder });
  expect({ code, stdout }).toEqual({ code: 1, stdout: [] });
  expect(stderr).toEqual([expect.stringMatching(/aws:ec2\/instance:Instance .*“web”.*\.$/)]);
});

it('says in one sentence what does not build', async () => {
  const folder = await projectOf({
    'infra/index.ts': `
      import * as aws from '@pulumi/aws';
      const broken = Promise.reject(new Error('The bundle does not build.'));
      const topic = new aws.sns.Topic('topic', { name: broken });
      new aws.sns.Topic('behind', { displayName: topic.arn });`,
  });
  const { code, stderr } = await run(['--port', '0'], { folder });
  expect(code).toBe(1);
  expect(stderr).toEqual([expect.stringMatching(/index\.ts failed: The bundle does not build\.$/)]);
});

it('says in one sentence where a kind is no TypeScript, and so does each command', async () => {
  const folder = await copiedProject();
  await edit(join(folder, 'domain/kinds/counter.ts'), "name: 'counter',", "name: 'counter' oops,");
  const place = "domain/kinds/counter.ts:9:19: Expected ',', got 'ident'";
  expect(await run(['--port', '0'], { folder })).toEqual({ code: 1, stdout: [], stderr: [place] });
  const command = spawnSync(process.execPath, ['replay/command-line/foldcast.js', 'rooms'], { cwd: folder });
  expect([command.status, String(command.stderr)]).toEqual([2, `${place}. Mend it, and try again.\n`]);
});

const tooOld = {
  code: 1,
  stdout: [],
  stderr: [expect.stringMatching(/^pulumi-local runs on Node 24, and this is v\d+/)],
};

it('says that Node is too old', async () => {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.0.0' });`;
  const nodeFlags = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`];
  expect(await run([], { nodeFlags })).toEqual(tooOld);
});

/** Another Node on this machine that is older than ours. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path))
  .find((path) => Number(/^v(\d+)/.exec(String(spawnSync(path, ['--version']).stdout))?.[1] ?? 24) < 24);

it.skipIf(oldNode === undefined)('is understood by a Node that is too old (skipped where there is none)', async () => {
  expect(await run([], { node: String(oldNode) })).toEqual(tooOld);
});

it('ends with npm, however that ends', async () => {
  const { NODE_ENV: _, ...env } = process.env;
  const npm = spawn('npm', ['start', '--', '--port', '0'], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void npm.kill('SIGKILL'));
  let text = '';
  npm.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const port = () => /^ready ws:\/\/localhost:(\d+)/m.exec(text)?.[1];
  await until('it is ready', port);
  const answers = () =>
    fetch(`http://localhost:${port()}/`).then(
      () => true,
      () => false,
    );
  expect(await answers()).toBe(true);
  npm.kill('SIGKILL');
  await until('nothing answers any more', async () => !(await answers()));
});
