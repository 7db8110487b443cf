import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EngineEvent, LocalWorkspace } from '@pulumi/pulumi/automation/index.js';

/** What is asked of Pulumi's engine. The process is started with it: its one argument, as JSON. */
export interface Operation {
  readonly verb: 'preview' | 'up' | 'refresh' | 'destroy';
  readonly stack: string;
  /** The project's. */
  readonly folder: string;
  /** A preview fails where there is something to do. */
  readonly expectNoChanges?: boolean;
}

/** What came of it: said once. */
export interface Outcome {
  /** What is to be done or was, in the order of the engine: `update Function fold`. What stays as it is, is left out. */
  readonly steps: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What Pulumi printed, where it failed. */
  readonly error?: string;
}

const told = new Set(['create', 'update', 'replace', 'delete']);

const stepOf = ({ resourcePreEvent }: EngineEvent): readonly string[] => {
  if (resourcePreEvent === undefined) return [];
  const { op, type, urn } = resourcePreEvent.metadata;
  // Components and stacks are made nowhere but in Pulumi's own state.
  const isMade = type.startsWith('aws:');
  return told.has(op) && isMade ? [`${op} ${type.split(':').at(-1)} ${urn.split('::').at(-1)}`] : [];
};

const carryOut = async ({ verb, stack: stackName, folder, expectNoChanges }: Operation): Promise<Outcome> => {
  const program = async () => ({ ...(await import(pathToFileURL(join(folder, 'infra/index.ts')).href)) });
  const inline = { stackName, projectName: 'foldcast', program };
  const stack = await LocalWorkspace.createOrSelectStack(inline, { workDir: folder });

  const steps: string[] = [];
  const options = { color: 'never' as const, onEvent: (event: EngineEvent) => steps.push(...stepOf(event)) };
  try {
    if (verb === 'preview') await stack.preview({ ...options, ...(expectNoChanges && { expectNoChanges }) });
    else await stack[verb](options);
    const outputs = Object.entries(await stack.outputs()).map(([name, { value }]) => [name, value] as const);
    return { steps, outputs: Object.fromEntries(outputs) };
  } catch (cause) {
    return { steps, outputs: {}, error: cause instanceof Error ? cause.message : String(cause) };
  }
};

if (import.meta.main) {
  const outcome = await carryOut(JSON.parse(process.argv[2] ?? '') as Operation);
  // What Pulumi's library leaves open, such as the connection to an engine that has ended, must not keep this process.
  process.send?.(outcome, () => process.exit());
}
