import { join } from 'node:path';
import { type Call, type Dispatch, type Engine, type Graph, resourcesOf } from './aws.ts';
import { createDoor, type Layer } from './door/door.ts';
import { createProgramsEntrance } from './door/entrance.ts';
import { createHttpFront } from './door/http.ts';
import { createVisitorOf } from './door/visitor.ts';
import { createDynamo } from './dynamodb/index.ts';
import { type Program, readProgram } from './graph/program.ts';
import { listen } from './server.ts';
import { createQueues } from './sqs/index.ts';

interface Keeper {
  readonly engine: Engine;
  close(): Promise<void>;
}

/** The services that keep something and need nobody at work. The names of their folders in the runtime's `data`, too. */
const keepers = {
  dynamodb: (graph: Graph, dataDir: { dataDir?: string }): Promise<Keeper> =>
    createDynamo({ tables: resourcesOf(graph, 'aws:dynamodb/table:Table'), ...dataDir }),
  sqs: (graph: Graph, dataDir: { dataDir?: string }): Promise<Keeper> =>
    createQueues({ queues: resourcesOf(graph, 'aws:sqs/queue:Queue'), ...dataDir }),
} as const;

export type StorageOptions = Program & {
  /** The services that are served; calls of all others are told that nothing answers them. */
  readonly services: readonly (keyof typeof keepers)[];
  /** The folder that a runtime keeps its data in. Without it all begins empty, and is forgotten at the end. */
  readonly data?: string;
  /** What every call passes on its way; the first is the outermost. */
  readonly layers?: readonly Layer[];
};

export interface Storage {
  readonly graph: Graph;
  /** Where AWS SDKs reach it. Whoever calls is the operator, who may do all. */
  readonly endpoint: string;
  /** Calls it as the operator, without HTTP. */
  dispatch(call: Omit<Call, 'caller'>): Promise<object>;
  close(): Promise<void>;
}

/**
 * Serves the tables and queues of a Pulumi program over HTTP, on a free port, with nobody at work on them: no function runs, and
 * queues keep their order. Rejects with one clear sentence, also while another process has `data` open.
 */
export const startStorage = async (options: StorageOptions): Promise<Storage> => {
  const { services, data, layers = [] } = options;
  const server = await listen(0);
  const started: Keeper[] = [];
  const close = async (): Promise<void> => {
    await server.close();
    for (const keeper of started.splice(0).reverse()) await keeper.close();
  };
  try {
    const graph = await readProgram(options, server.port);
    const engines: Partial<Record<keyof typeof keepers, Engine>> = {};
    for (const service of services) {
      const keeper = await keepers[service](graph, data === undefined ? {} : { dataDir: join(data, service) });
      started.push(keeper);
      engines[service] = keeper.engine;
    }
    const dispatch: Dispatch = createDoor(engines, layers);
    const operator = { kind: 'operator' } as const;
    const aws = createHttpFront(dispatch, () => operator);
    const visitorOf = createVisitorOf({ port: server.port, origins: [] });
    server.open({ request: createProgramsEntrance({ visitorOf, aws }) });
    const endpoint = `http://127.0.0.1:${server.port}`;
    return { graph, endpoint, dispatch: (call) => dispatch({ ...call, caller: operator }), close };
  } catch (cause) {
    await close();
    throw cause;
  }
};
