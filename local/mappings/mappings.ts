import { setMaxListeners } from 'node:events';
import type { Caller, Dispatch, Graph, Invoke, Say } from '../aws.ts';
import type { Positions } from '../positions.ts';
import { seededChance } from '../random.ts';
import { waitsUntil } from './closing.ts';
import { startQueue } from './queue/queue.ts';
import { mappingSettings } from './settings.ts';
import type { Reading, Surroundings, Timing } from './source.ts';
import { startStream } from './stream/stream.ts';

export type { Timing } from './source.ts';

export interface MappingsOptions {
  readonly graph: Graph;
  readonly invoke: Invoke;
  /** Takes all reads of streams and queues, as calls of the mapping's function: on AWS, too, they need its role's leave. */
  readonly dispatch: Dispatch;
  readonly callerOf: (functionArn: string) => Caller;
  /** Calls the listener after each write to a stream's table; gives what stops it. */
  readonly onWrite?: (listener: (streamArn: string) => void) => () => void;
  readonly timing: Timing;
  readonly positions: Positions;
  /** The share of batches, 0 to 1, that are delivered a second time after they succeeded. Default 0. */
  readonly deliverTwice?: number;
  /** Decides which ones. */
  readonly seed?: number;
  readonly say: Say;
}

export interface Mappings {
  /** Ends all reading at once. What is being invoked is not waited for; it is delivered again after the next start. */
  readonly close: () => Promise<void>;
  /** Whether everything that was read is dealt with. What was written a moment ago may not have been read yet. */
  readonly idle: () => boolean;
}

/**
 * Starts the event source mappings of a graph, and resolves when all streams are open.
 * @throws Error when a mapping cannot run here, before any is started; AwsError when a stream cannot be read.
 */
export const startMappings = async (options: MappingsOptions): Promise<Mappings> => {
  const closing = new AbortController();
  // Every wait of every poller listens to it.
  setMaxListeners(0, closing.signal);
  const waits = waitsUntil(closing.signal);
  const chance = seededChance(options.seed ?? 1);
  const all = mappingSettings(options.graph);
  const readings: Reading[] = [];

  const close = async () => {
    closing.abort();
    await Promise.all(readings.map((reading) => reading.ended));
  };
  try {
    for (const settings of all) {
      const caller = options.callerOf(settings.functionArn);
      const surroundings: Surroundings = {
        invoke: options.invoke,
        call: (service, operation, input) => options.dispatch({ caller, service, operation, input }),
        waits,
        again: () => chance(options.deliverTwice ?? 0),
        say: options.say,
      };
      const { positions, timing, onWrite } = options;
      readings.push(
        settings.kind === 'queue'
          ? startQueue(settings, surroundings)
          : await startStream({ settings, surroundings, positions, timing, onWrite }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close, idle: () => readings.every((reading) => reading.idle()) };
};
