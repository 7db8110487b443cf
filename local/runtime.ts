import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Caller, type Dispatch, type Graph, type Invoke, resourcesOf, type Say } from './aws.ts';
import { answerJson } from './door/answer.ts';
import { createReadBody } from './door/body.ts';
import { createChaos } from './door/chaos.ts';
import { type Counts, createCount } from './door/count.ts';
import { createDoor, type Layer } from './door/door.ts';
import { createEntrance } from './door/entrance.ts';
import { createHttpFront } from './door/http.ts';
import { awsLatency } from './door/latency.ts';
import { createVisitorOf } from './door/visitor.ts';
import { createDynamo } from './dynamodb/index.ts';
import { createGateway } from './gateway/gateway.ts';
import { stagesOf } from './gateway/stages.ts';
import { type Program, readProgram } from './graph/program.ts';
import { createAuthorizer, type Permissions } from './iam/authorizer.ts';
import { createFunctions, type Functions } from './lambda/functions.ts';
import { checkPolicySizes } from './lambda/policy-size.ts';
import { type Mappings, startMappings } from './mappings/mappings.ts';
import { mappingSettings } from './mappings/settings.ts';
import { createPages } from './pages/pages.ts';
import { reloadPath } from './pages/reloading.ts';
import { filePositions, memoryPositions } from './positions.ts';
import { seededChance } from './random.ts';
import { keptOtherwise } from './reload/kept.ts';
import { createS3Front } from './s3/front.ts';
import { createBuckets } from './s3/index.ts';
import { schedulesOf, startSchedules } from './schedules/schedules.ts';
import { listen } from './server.ts';
import { createQueues } from './sqs/index.ts';
import { awsTiming, localTiming } from './timing.ts';

export type RuntimeOptions = Program & {
  /** The one port; 0 for a free one. */
  readonly port: number;
  /** Keeps tables, streams, queues and buckets in this folder. */
  readonly data?: string;
  /** Takes as long as AWS would: calls, cold starts, and the polls of streams. */
  readonly latency?: boolean;
  /** The share of the functions' calls that are made to fail, from 0 to 1. */
  readonly chaos?: number;
  /** For everything that is left to chance; the same seed, the same chances. */
  readonly seed?: number;
  /** The share of stream batches that are delivered a second time, from 0 to 1. */
  readonly redeliver?: number;
  /** Layers of a test's own, the outermost of all. */
  readonly layers?: readonly Layer[];
  /** Origins whose pages may do what those of this machine may: see `VisitorOptions`. */
  readonly origins?: readonly string[];
  /** The folder of the pages, if there are any. */
  readonly pages?: string;
  /** Browsers load a page again when `reloadPages` makes another of it. */
  readonly reloading?: boolean;
  /** Each line that a function writes. */
  readonly onLog?: (functionName: string, line: string) => void;
  readonly say: Say;
};

/** What has happened since the start. */
export interface Statistics {
  readonly calls: Counts;
  readonly functions: ReturnType<Functions['stats']>;
  /** What functions were allowed and made use of. */
  readonly permissions: Permissions;
  /** Of the whole process, all functions included, in bytes. */
  readonly memory: number;
}

export interface Runtime {
  readonly port: number;
  readonly graph: Graph;
  /** Calls AWS as the person at this machine. */
  readonly dispatch: Dispatch;
  /** Invokes a function, by ARN or name, and waits for its result. */
  readonly invoke: Invoke;
  statistics(): Statistics;
  /**
   * Runs another version of the program from now on: what differs starts anew, connections stay open and data stays. Resolves with the names of the
   * functions that differ. Rejects with one clear sentence, and goes on as it was, where something stands against it.
   */
  reload(graph: Graph): Promise<readonly string[]>;
  /** Builds the pages again; browsers that show one are told. Rejects with a sentence, and goes on with the old. */
  reloadPages(): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** Where the runtime tells what it has counted, as JSON. */
const statisticsPath = '/_local/statistics';
/** Where it tells what its Pulumi program exports, as JSON: so a page finds the tables. */
const outputsPath = '/_local/outputs';

/** Makes the folder of `--data`, or says that it can't be one. */
const usable = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(`${folder} can't be used for --data (${code}): give a folder that may be written to.`, { cause });
  }
};

/** Runs every resource of a Pulumi program on this machine. Rejects with one clear sentence when something stands against it. */
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { data, say, seed = 1 } = options;
  const timing = options.latency ? awsTiming : localTiming;
  const ending: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  /** What was started is ended again should a later step fail. */
  const started = <T>(thing: T, end: (thing: T) => unknown): T => {
    ending.push(() => end(thing));
    return thing;
  };

  try {
    const server = started(await listen(options.port), (each) => each.close());
    const { port } = server;
    if (data) await usable(data);
    const building = options.pages
      ? createPages({ root: options.pages, reloading: options.reloading ?? false }).then((pages) =>
          started(pages, () => pages.close()),
        )
      : undefined;
    // Where both fail it is the program's fault that is said: pages may import what it does.
    building?.catch(() => {});
    let graph = await readProgram(options, port);
    const pages = await building;

    checkPolicySizes(graph);
    let authorizer = createAuthorizer(graph);
    const count = createCount();
    const [dynamo, queues] = await Promise.all([
      createDynamo({
        tables: resourcesOf(graph, 'aws:dynamodb/table:Table'),
        ...(data && { dataDir: join(data, 'dynamodb') }),
      }),
      createQueues({
        queues: resourcesOf(graph, 'aws:sqs/queue:Queue'),
        seed,
        ...(data && { dataDir: join(data, 'sqs') }),
      }),
    ]);
    started(dynamo, () => dynamo.close());
    started(queues, () => queues.close());

    const functions = started(
      createFunctions({
        functions: resourcesOf(graph, 'aws:lambda/function:Function'),
        aliases: resourcesOf(graph, 'aws:lambda/alias:Alias'),
        endpoint: `http://127.0.0.1:${port}`,
        ...timing,
        ...(options.onLog && { onLog: options.onLog }),
      }),
      (all) => all.close(),
    );
    const gateway = started(createGateway({ graph, invoke: functions.invoke, say }), (each) => each.close());

    const readBody = createReadBody();
    const buckets = started(
      createBuckets({
        graph,
        readBody,
        invoke: functions.invoke,
        send: (functionArn, input) =>
          dispatch({
            caller: functions.callerOf(functionArn),
            service: 'sqs',
            operation: 'SendMessage',
            input: { ...input },
          }),
        retryMs: timing.retryMs,
        say,
        ...(data && { dataDir: join(data, 's3') }),
      }),
      (each) => each.close(),
    );

    const engines = {
      dynamodb: dynamo.engine,
      sqs: queues.engine,
      s3: buckets.engine,
      'execute-api': gateway.management,
    };
    const dispatch = createDoor(engines, [
      count.layer,
      ...(options.layers ?? []),
      async (call, next) => {
        authorizer.authorize(call);
        return next();
      },
      ...(options.latency ? [awsLatency] : []),
      ...(options.chaos ? [createChaos({ rate: options.chaos, chance: seededChance(seed) })] : []),
    ]);
    const operator: Caller = { kind: 'operator' };
    const namesOf = () => new Set(Object.keys(functions.stats()));
    let names = namesOf();
    const callerOf = (key: string | undefined) => (key && names.has(key) ? functions.callerOf(key) : operator);
    const aws = createHttpFront(dispatch, callerOf, readBody);
    const s3 = createS3Front({ buckets: buckets.definitions, dispatch, callerOf, readBody });
    const statistics = (): Statistics => ({
      calls: count.counts(),
      functions: functions.stats(),
      permissions: authorizer.permissions(),
      memory: process.memoryUsage.rss(),
    });
    server.open(
      createEntrance({
        visitorOf: createVisitorOf({ port, origins: options.origins ?? [] }),
        s3,
        aws,
        told: { [statisticsPath]: statistics, [outputsPath]: () => graph.outputs },
        pages: (request, response) =>
          pages ? pages.serve(request, response) : answerJson(response, { message: 'There are no pages here.' }, 404),
        upgrade: (request, socket, head) =>
          pages && request.url === reloadPath
            ? pages.upgrade(request, socket, head)
            : gateway.upgrade(request, socket, head),
      }),
    );

    const positions = data ? await filePositions(join(data, 'checkpoints')) : memoryPositions();
    const beginMappings = (of: Graph): Promise<Mappings> =>
      startMappings({
        graph: of,
        invoke: functions.invoke,
        dispatch,
        callerOf: functions.callerOf,
        onWrite: dynamo.onWrite,
        timing,
        positions,
        ...(options.redeliver && { deliverTwice: options.redeliver }),
        seed,
        say,
      });
    const beginSchedules = (of: Graph) =>
      startSchedules({ graph: of, invoke: functions.invoke, retryMs: timing.retryMs, say });
    let mappings = await beginMappings(graph);
    started({}, () => mappings.close());
    let schedules = beginSchedules(graph);
    started({}, () => schedules.close());
    buckets.resume();
    void functions.warm([...names]);

    const reload = async (next: Graph): Promise<readonly string[]> => {
      const kept = keptOtherwise(graph, next);
      if (kept !== undefined) throw new Error(kept);
      checkPolicySizes(next);
      const nextAuthorizer = createAuthorizer(next);
      // What they refuse is said before anything is replaced.
      stagesOf(next);
      const otherMappings = !isDeepStrictEqual(mappingSettings(graph), mappingSettings(next));
      const otherSchedules = !isDeepStrictEqual(schedulesOf(graph), schedulesOf(next));
      const changed = functions.update(
        resourcesOf(next, 'aws:lambda/function:Function'),
        resourcesOf(next, 'aws:lambda/alias:Alias'),
      );
      [graph, names, authorizer] = [next, namesOf(), nextAuthorizer];
      gateway.update(next);
      if (otherMappings) {
        await mappings.close();
        mappings = await beginMappings(next);
      }
      if (otherSchedules) {
        schedules.close();
        schedules = beginSchedules(next);
      }
      return changed;
    };
    return {
      port,
      get graph() {
        return graph;
      },
      dispatch: (call) => dispatch(call),
      invoke: functions.invoke,
      statistics,
      reload,
      reloadPages: async () => pages?.rebuild(),
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
};
