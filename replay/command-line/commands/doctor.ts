import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import { findAllRunning } from 'pulumi-local/running';
import { rulesOutline } from '../../../domain/routes.ts';
import { createHeads } from '../../../store/heads.ts';
import { findPlace } from '../place.ts';
import { examples } from '../places.ts';
import { askInstalledPulumi } from '../pulumi.ts';
import type { Run } from '../run.ts';
import { sentenceOf } from '../sentence.ts';

/** What was looked at. `wrong`: what to do about it. */
interface Finding {
  readonly what: string;
  readonly found: string;
  readonly wrong?: string;
}

const oldestNpm = 11;
/** Where `npm start` listens unless it is told otherwise. */
const usualPort = 3000;

const node = (): Finding => ({ what: 'Node', found: process.version });

const npm = async (): Promise<Finding> => {
  try {
    const { stdout } = await promisify(execFile)('npm', ['--version'], { shell: process.platform === 'win32' });
    const found = stdout.trim();
    const isOld = Number(found.split('.')[0]) < oldestNpm;
    return {
      what: 'npm',
      found,
      ...(isOld && { wrong: `npm ${oldestNpm} is needed: npm install -g npm@${oldestNpm}` }),
    };
  } catch {
    return { what: 'npm', found: 'none', wrong: 'install Node, which brings it' };
  }
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((told) => {
    const server = createServer();
    server.once('error', () => told(false));
    server.listen(port, 'localhost', () => server.close(() => told(true)));
  });

const runtime = async (folder: string): Promise<Finding> => {
  const running = (await findAllRunning(folder)).map(({ port, stack }) => `on port ${port}, the stack ${stack}`);
  if (running.length > 0) return { what: 'runtime', found: running.join('; ') };
  if (await isFree(usualPort)) return { what: 'runtime', found: `none here; port ${usualPort} is free: npm start` };
  const wrong = 'npm start -- --port 3001';
  return { what: 'runtime', found: `none here; something else is on port ${usualPort}`, wrong };
};

const data = (folder: string): Finding => {
  const isThere = existsSync(join(folder, '.foldcast/dynamodb'));
  return {
    what: 'data',
    found: isThere ? '.foldcast: npm start -- --data .foldcast goes on with it' : 'none is kept in .foldcast',
  };
};

const pulumi = async (folder: string): Promise<Finding> => {
  const what = 'Pulumi';
  try {
    const found = (await askInstalledPulumi(['version'], folder)).trim();
    return { what, found };
  } catch {
    return { what, found: 'none installed; to deploy, npx pulumi fetches one' };
  }
};

/** Looking for credentials ends on a machine of AWS with a question to it; elsewhere nobody answers that for seconds. */
const credentialsLimit = 5_000;

const credentials = async (): Promise<Finding> => {
  const what = 'AWS';
  const client = new DynamoDBClient({ region: 'us-east-1' });
  try {
    const late = setTimeout(credentialsLimit, undefined, { ref: false }).then(() => {
      throw new Error('No credentials were found in time.');
    });
    const { accessKeyId } = await Promise.race([client.config.credentials(), late]);
    return { what, found: `credentials, of the key ${accessKeyId}` };
  } catch {
    return {
      what,
      found: 'no credentials',
      wrong: 'needed for --stack and to deploy alone: name a profile in AWS_PROFILE',
    };
  } finally {
    client.destroy();
  }
};

/** Rules that can't be loaded are told of before any command begins. */
const rules = (): Finding => ({
  what: 'rules',
  found: rulesOutline.map(({ name, version }) => `${name} (version ${version})`).join(', '),
});

/** Any room will do: what is asked is whether the tables answer. */
const anyRoom = 'doctor/asks';

const stack = async (name: string, folder: string): Promise<Finding> => {
  const what = 'stack';
  let client: DynamoDBClient | undefined;
  try {
    const { outputs, aws } = await findPlace({ stack: name, folder });
    client = new DynamoDBClient({ ...aws, maxAttempts: 1 });
    await createHeads(DynamoDBDocumentClient.from(client), outputs.headsTable).version(anyRoom);
    return { what, found: `${name} in ${outputs.region}, and its tables answer: ${outputs.url}` };
  } catch (cause) {
    return { what, found: `${name} can't be read`, wrong: sentenceOf(cause) };
  } finally {
    client?.destroy();
  }
};

/** `doctor`: what is here that foldcast needs. */
export const addDoctor = (program: Command, run: Run): void => {
  program
    .command('doctor')
    .description('What is here that foldcast needs, and what to do where something is missing')
    .option('--stack <name>', 'whether this deployed stack can be read, too')
    .option('--json', 'for machines: one JSON object a line')
    .addHelpText('after', examples('doctor', 'doctor --stack prod'))
    .action(async ({ json, stack: name }: { readonly json?: true; readonly stack?: string }) => {
      const { screen, folder } = run;
      const looked = [node(), npm(), runtime(folder), data(folder), pulumi(folder), credentials(), rules()];
      if (name !== undefined) looked.push(stack(name, folder));
      for (const { what, found, wrong } of await Promise.all(looked)) {
        if (json) await screen.print(JSON.stringify({ what, found, wrong }));
        else await screen.print(`${what.padEnd(8)} ${found}${wrong === undefined ? '' : ` ✗ ${wrong}`}`);
      }
    });
};
