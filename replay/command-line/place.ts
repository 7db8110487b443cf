import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findRunning } from 'pulumi-local/running';
import * as z from 'zod';

/** What a stack exports, as far as operators need it: see the end of infra/index.ts. */
const outputsSchema = z.object({
  url: z.string(),
  managementEndpoint: z.string(),
  headsTable: z.string(),
  logTable: z.string(),
  connectionsTable: z.string(),
  deliveriesQueueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
  bucketName: z.string(),
});
export type Outputs = z.infer<typeof outputsSchema>;

/** Where a command line works: a stack on AWS, or the runtime on this machine. */
export interface Place {
  /** For a person: `the stack prod`, `the local runtime on port 3000`. */
  readonly name: string;
  readonly outputs: Outputs;
  /** What every AWS client of this place is made with. Without credentials the SDK finds them where it always does. */
  readonly aws: {
    readonly region: string;
    readonly endpoint?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** There is no such place, or it can't be asked. The message is for the person at the command line. */
export class NoPlace extends Error {
  override readonly name = 'NoPlace';
}

/** Which place: a stack by its name, or else what runs in a folder. */
export interface PlaceOptions {
  readonly stack?: string | undefined;
  /** The project's folder; the current one unless given. */
  readonly folder?: string;
}

/** Rejects with a `NoPlace` of one sentence. */
export const findPlace = ({ stack, folder = process.cwd() }: PlaceOptions): Promise<Place> =>
  stack === undefined ? local(folder) : deployed(stack, folder);

const outputsOf = (exported: unknown, otherwise: (missing: string) => string): Outputs => {
  const outputs = outputsSchema.safeParse(exported);
  if (outputs.success) return outputs.data;
  throw new NoPlace(otherwise(String(outputs.error.issues[0]?.path[0] ?? 'outputs')));
};

const local = async (folder: string): Promise<Place> => {
  const running = await findRunning(folder);
  if (!running)
    throw new NoPlace('Nothing runs here: start it with npm start in this folder, or name a stack with --stack.');
  const { port } = running;
  const outputs = outputsOf(
    running.outputs,
    (missing) => `What runs here exports no ${missing}: end it, and start it again with npm start.`,
  );
  return {
    name: `the local runtime on port ${port}`,
    outputs,
    aws: {
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      // The local runtime takes any access key that names no function for the operator's.
      credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
    },
  };
};

/** Names of stacks as Pulumi takes them: `prod`, `organisation/project/prod`. */
const stackName = /^[\w.-]+(\/[\w.-]+){0,2}$/;

const deployed = async (stack: string, folder: string): Promise<Place> => {
  if (!stackName.test(stack)) throw new NoPlace(`"${stack}" is no name of a stack: npx pulumi stack ls lists them.`);
  const outputs = outputsOf(
    await readOutputs(stack, folder),
    (missing) => `The stack ${stack} has no output ${missing}: deploy it with npx pulumi up --stack ${stack}.`,
  );
  // The stack's own region, whatever the shell's is: https://<api>.execute-api.<region>.amazonaws.com/<stage>
  const region = /\.execute-api\.([^.]+)\./.exec(outputs.managementEndpoint)?.[1];
  if (region === undefined)
    throw new NoPlace(`The stack ${stack} is in no region of AWS: its endpoint is ${outputs.managementEndpoint}.`);
  return { name: `the stack ${stack}`, outputs, aws: { region } };
};

const readOutputs = async (stack: string, folder: string): Promise<unknown> => {
  const args = ['pulumi', 'stack', 'output', '--json', '--stack', stack];
  try {
    // Windows has npx as a script, which takes a shell to run.
    const { stdout } = await promisify(execFile)('npx', args, { cwd: folder, shell: process.platform === 'win32' });
    return JSON.parse(stdout);
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    const why = said || (cause instanceof Error ? cause.message : String(cause));
    throw new NoPlace(`Pulumi did not say what the stack ${stack} has: ${why.replace(/^error: /, '')}`, { cause });
  }
};
