import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { findPlace } from '../../../replay/command-line/place.ts';

const outputs = {
  region: 'eu-central-1',
  url: 'wss://play.example.com/prod',
  headsTable: 'heads-1',
  logTable: 'log-1',
  connectionsTable: 'connections-1',
  deliveriesQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/deliveries-1',
  deadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/dead-1',
  bucketName: 'uploads-1',
  filesRoom: 'files/uploads',
  deadNoticesQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/dead-notices-1',
};

const emptyFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'foldcast-place-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A command that says this, whatever it is asked. */
const commandIn = async (folder: string, name: string, script: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
};

const lookIn = (...folders: readonly string[]): void => {
  vi.stubEnv('PATH', folders.join(delimiter));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
};

const pulumiSays = async (script: string): Promise<void> => {
  const folder = await emptyFolder();
  await commandIn(folder, 'pulumi', script);
  lookIn(folder);
};

const says = (url: string) => `echo '${JSON.stringify({ ...outputs, url })}'`;

const written = async (
  ...all: readonly { readonly port: number; readonly [key: string]: unknown }[]
): Promise<string> => {
  const folder = await emptyFolder();
  await writeFile(join(folder, 'Pulumi.yaml'), 'name: foldcast\n');
  await mkdir(join(folder, '.foldcast'));
  for (const running of all)
    await writeFile(join(folder, '.foldcast', `local-${running.port}.json`), JSON.stringify(running));
  return folder;
};

it('takes the outputs of a stack from Pulumi, its region from them, and credentials from wherever the SDK finds them', async () => {
  await pulumiSays(
    `[ "$*" = "stack output --json --stack prod" ] && echo '${JSON.stringify({ ...outputs, more: 1 })}'`,
  );
  expect(await findPlace({ stack: 'prod' })).toEqual({
    name: 'the stack prod',
    outputs,
    aws: { region: 'eu-central-1' },
  });
});

it('asks the pulumi that is installed, not what npm puts before it, and without one the one that npx fetches', async () => {
  const [folder, packages] = [await emptyFolder(), join(await emptyFolder(), 'node_modules', '.bin')];
  await commandIn(packages, 'pulumi', says('of a package'));
  await commandIn(packages, 'npx', `[ "$1" = pulumi ] && ${says('fetched')}`);
  lookIn(packages, folder);
  expect(await findPlace({ stack: 'prod' })).toMatchObject({ outputs: { url: 'fetched' } });
  await commandIn(folder, 'pulumi', says('installed'));
  expect(await findPlace({ stack: 'prod' })).toMatchObject({ outputs: { url: 'installed' } });
});

it.each([
  [`echo "error: no stack named 'mars' found" >&2; exit 255`, /stack mars .*: no stack named 'mars' found$/],
  [`echo '{}'`, /^The stack mars has no output region: deploy it with pulumi up --stack mars\.$/],
  [`echo 'not JSON'`, /^Pulumi did not say what the stack mars has: /],
])('says in a sentence what stands against a stack: %s', async (script, sentence) => {
  await pulumiSays(script);
  await expect(findPlace({ stack: 'mars' })).rejects.toMatchObject({
    name: 'NoPlace',
    message: expect.stringMatching(sentence),
  });
});

it('takes nothing for the name of a stack that a shell could take for more', async () => {
  await expect(findPlace({ stack: 'prod; ls' })).rejects.toThrow('"prod; ls" is no name of a stack');
});

it('knows a file that was left behind, also when its process number has been given to another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = await written({ port, pid: process.pid, stack: 'dev', outputs });
  expect(await findPlace({ folder })).toMatchObject({
    name: `the local runtime on port ${port}`,
    outputs,
    aws: { endpoint: `http://127.0.0.1:${port}` },
  });

  // No process has this number: Linux and macOS give none above 2^22.
  const gone = await written({ port, pid: 2 ** 22 + 1, stack: 'dev', outputs });
  await expect(findPlace({ folder: gone })).rejects.toThrow('Nothing runs here');
  server.close();
  await once(server, 'close');
  await expect(findPlace({ folder })).rejects.toThrow('Nothing runs here');
});

it('knows nothing of a folder without a file, or with half of one', async () => {
  await expect(findPlace({ folder: await emptyFolder() })).rejects.toThrow('Nothing runs here');
  const folder = await written();
  await writeFile(join(folder, '.foldcast', 'local-3000.json'), '{"port":');
  await expect(findPlace({ folder })).rejects.toThrow('Nothing runs here');
});

it('says which it is where several run in the folder, unless one is chosen by its port', async () => {
  const servers = [createServer(), createServer()];
  const running = await Promise.all(
    servers.map(async (server, since) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return { port: (server.address() as AddressInfo).port, pid: process.pid, stack: 'dev', since, outputs };
    }),
  );
  onTestFinished(() => {
    for (const server of servers) server.close();
  });
  const [first, second] = running.map(({ port }) => port);
  const folder = await written(...running);
  const said: string[] = [];
  const say = (sentence: string) => said.push(sentence);

  expect(await findPlace({ folder, say })).toMatchObject({ name: `the local runtime on port ${first}` });
  expect(said).toEqual([`2 runtimes run here, on ports ${first} and ${second}: this is ${first}, --port chooses.`]);
  expect(await findPlace({ folder, say, port: second })).toMatchObject({ name: `the local runtime on port ${second}` });
  expect(said).toHaveLength(1);
  await expect(findPlace({ folder, port: 1 })).rejects.toThrow(
    `Nothing that was started here is on port 1: what runs is on ports ${first} and ${second}.`,
  );
});
