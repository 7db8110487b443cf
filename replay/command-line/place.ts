import { findAllRunning, type Running } from 'pulumi-local/running';
import * as z from 'zod';
import { askPulumi } from './pulumi.ts';

/** What a stack exports, as far as operators need it: see the end of infra/index.ts. */
const outputsSchema = z.object({
  region: z.string(),
  url: z.string(),
  headsTable: z.string(),
  logTable: z.string(),
  connectionsTable: z.string(),
  deliveriesQueueUrl: z.string(),
  deadLetterQueueUrl: z.string(),
  bucketName: z.string(),
  filesRoom: z.string(),
  deadNoticesQueueUrl: z.string(),
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
  /** Of several that run in the folder, the one on this port: the first that was started unless given. */
  readonly port?: number | undefined;
  /** The project's folder; the current one unless given. */
  readonly folder?: string;
  /** Told which it is, where several run in the folder and none was chosen. */
  readonly say?: ((sentence: string) => void) | undefined;
}

/** Rejects with a `NoPlace` of one sentence. */
export const findPlace = ({ stack, folder = process.cwd(), ...choice }: PlaceOptions): Promise<Place> =>
  stack === undefined ? local(folder, choice) : deployed(stack, folder);

const outputsOf = (exported: unknown, otherwise: (missing: string) => string): Outputs => {
  const outputs = outputsSchema.safeParse(exported);
  if (outputs.success) return outputs.data;
  throw new NoPlace(otherwise(String(outputs.error.issues[0]?.path[0] ?? 'outputs')));
};

const listed = new Intl.ListFormat('en');
const portsOf = (all: readonly Running[]): string =>
  `on port${all.length === 1 ? '' : 's'} ${listed.format(all.map(({ port }) => String(port)))}`;

const choose = async (folder: string, { port, say }: Pick<PlaceOptions, 'port' | 'say'>): Promise<Running> => {
  const all = await findAllRunning(folder);
  const [first] = all;
  if (!first)
    throw new NoPlace('Nothing runs here: start it with npm start in this folder, or name a stack with --stack.');
  const chosen = port === undefined ? first : all.find((running) => running.port === port);
  if (!chosen) throw new NoPlace(`Nothing that was started here is on port ${port}: what runs is ${portsOf(all)}.`);
  if (port === undefined && all.length > 1)
    say?.(`${all.length} runtimes run here, ${portsOf(all)}: this is ${first.port}, --port chooses.`);
  return chosen;
};

const local = async (folder: string, choice: Pick<PlaceOptions, 'port' | 'say'>): Promise<Place> => {
  const running = await choose(folder, choice);
  const { port } = running;
  const outputs = outputsOf(
    running.outputs,
    (missing) => `What runs here exports no ${missing}: end it, and start it again with npm start.`,
  );
  return {
    name: `the local runtime on port ${port}`,
    outputs,
    aws: {
      region: outputs.region,
      endpoint: `http://127.0.0.1:${port}`,
      // The local runtime takes any access key that names no function for the operator's.
      credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
    },
  };
};

/** Names of stacks as Pulumi takes them: `prod`, `organisation/project/prod`. */
const stackName = /^[\w.-]+(\/[\w.-]+){0,2}$/;

const deployed = async (stack: string, folder: string): Promise<Place> => {
  if (!stackName.test(stack)) throw new NoPlace(`"${stack}" is no name of a stack: pulumi stack ls lists them.`);
  const outputs = outputsOf(
    await readOutputs(stack, folder),
    (missing) => `The stack ${stack} has no output ${missing}: deploy it with pulumi up --stack ${stack}.`,
  );
  // The stack's own region, whatever the shell's is.
  return { name: `the stack ${stack}`, outputs, aws: { region: outputs.region } };
};

const readOutputs = async (stack: string, folder: string): Promise<unknown> => {
  try {
    return JSON.parse(await askPulumi(['stack', 'output', '--json', '--stack', stack], folder));
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    const why = said || (cause instanceof Error ? cause.message : String(cause));
    throw new NoPlace(`Pulumi did not say what the stack ${stack} has: ${why.replace(/^error: /, '')}`, { cause });
  }
};
