import { afterEach, expect, vi } from 'vitest';
import type { Call, Invoke, InvokeResult, Resource } from '../../aws.ts';
import { createDynamo, type Dynamo } from '../../dynamodb/index.ts';
import { type Mappings, type MappingsOptions, startMappings } from '../../mappings/mappings.ts';
import { put, streamArn, streamed } from '../dynamodb/tables.ts';
import { caller, mappingGraph } from './graph.ts';

interface FunctionRecord {
  readonly dynamodb: {
    readonly Keys: { readonly id: { readonly S: string } };
    readonly NewImage: { n: { N: string } };
    readonly SequenceNumber: string;
  };
}
/** `<item>:<n>` of a record: what the tests write and look for. */
const nameOf = ({ dynamodb: { Keys, NewImage } }: FunctionRecord) => `${Keys.id.S}:${NewImage.n.N}`;
export const recordsIn = (event: unknown) => (event as { Records: FunctionRecord[] }).Records;
const namesIn = (event: unknown) => recordsIn(event).map(nameOf);
export const sequenceIn = (event: unknown, name: string) =>
  recordsIn(event).find((record) => nameOf(record) === name)?.dynamodb.SequenceNumber;

export const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Setting {
  readonly inputs?: Record<string, unknown>;
  readonly options?: Partial<MappingsOptions>;
  /** The function; gets the names of its records too. */
  readonly worker: (names: readonly string[], event: unknown) => InvokeResult | Promise<InvokeResult>;
  readonly others?: readonly Resource[];
  /** What the tables answer is up to it. */
  readonly dispatch?: (call: Call, next: () => Promise<object>) => Promise<object>;
}

export const openTable = async (): Promise<Dynamo> => {
  const dynamo = await createDynamo({ tables: [streamed('items')] });
  closers.push(() => dynamo.close());
  return dynamo;
};
export const write = async (dynamo: Dynamo, ...names: readonly string[]) => {
  for (const name of names) {
    const [id = '', n = ''] = name.split(':');
    await put(dynamo, 'items', { id: { S: id }, n: { N: n } });
  }
};
export const counted = (id: string, count: number) => Array.from({ length: count }, (_, n) => `${id}:${n}`);

export const start = async (dynamo: Dynamo, { inputs, options, worker, others = [], dispatch }: Setting) => {
  const batches: string[][] = [];
  const calls: Call[] = [];
  let read = 0;
  const invoke: Invoke = async (_, event) => {
    batches.push(namesIn(event));
    return worker(namesIn(event), event);
  };
  const mappings = await startMappings({
    graph: mappingGraph(
      { eventSourceArn: streamArn('items'), startingPosition: 'TRIM_HORIZON', ...inputs },
      { others },
    ),
    invoke,
    dispatch: async (call) => {
      calls.push(call);
      const next = () => dynamo.engine(call.operation, call.input);
      const answer = await (dispatch ? dispatch(call, next) : next());
      read += (answer as { Records?: unknown[] }).Records?.length ?? 0;
      return answer;
    },
    callerOf: () => caller,
    onWrite: dynamo.onWrite,
    timing: { streamPollMs: 1, wake: true },
    positions: keptIn(new Map()),
    say: () => {},
    ...options,
  });
  closers.push(mappings.close);
  return { mappings, batches, calls, read: () => read, seen: () => batches.flat() };
};
export const keptIn = (kept: Map<string, string>) => ({
  get: async (key: string) => kept.get(key),
  set: async (key: string, value: string) => void kept.set(key, value),
});
export const settled = (mappings: Mappings, condition: () => void) =>
  vi.waitFor(
    () => {
      condition();
      expect(mappings.idle()).toBe(true);
    },
    { timeout: 30_000, interval: 5 },
  );
