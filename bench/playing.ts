import pMap from 'p-map';
import { type Client, connectAll } from './clients.ts';
import { burstFigures, memoryFigure, pacedFigures } from './figures.ts';
import { burst, type Play, paced } from './load.ts';
import { createOperator } from './operator.ts';
import { startRuntime } from './runtime.ts';
import type { Column, Figure, Scenario } from './scenario.ts';

/** The share of full speed at which latency is measured: busy, but not so much that a small burst makes a queue. */
const busy = 0.6;

export interface Playing
  extends Pick<Scenario, 'name' | 'table'>,
    Pick<Column, 'title'>,
    Pick<Play, 'room' | 'action'> {
  readonly clients: number;
  /** The subprotocol that clients offer; none for the plain wire. */
  readonly protocol?: string;
  /** The version, of its room, that a message brings a client to; undefined if it shows none. */
  readonly versionIn: (message: string) => number | undefined;
  /** The messages with which a client enters its room, before anything is measured. It waits for an answer to each. */
  readonly enter?: (client: number) => readonly string[];
  /** Actions of each client at full speed. */
  readonly each: number;
  /** A rate to measure latency at beside the share of full speed, in actions a second. */
  readonly rate?: number;
}

/** How many clients enter at once. Not all: each one that joins is told to everybody in the room. */
const enteringAtOnce = 20;

const enterAll = (clients: readonly Client[], enter: (client: number) => readonly string[]) =>
  pMap(
    clients.entries(),
    async ([number, client]) => {
      for (const message of enter(number)) {
        const received = client.received();
        client.send(message);
        await client.hears(received + 1);
      }
    },
    { concurrency: enteringAtOnce },
  );

/** Clients on a runtime of their own: at full speed first, then at a steady rate. */
export const playing = (options: Playing): Scenario => ({
  name: options.name,
  table: options.table,
  run: async ({ quick, say }) => {
    const { clients: count, each, rate, room, action } = options;
    const seconds = quick ? 2 : 6;
    const runtime = await startRuntime();
    const operator = await createOperator(runtime);
    try {
      const { memory: idle } = await runtime.quiet();
      const clients = await connectAll(runtime.url, count, options.versionIn, options.protocol);
      if (options.enter) await enterAll(clients, options.enter);
      const play: Play = { runtime, operator, clients, room, action };

      say('warming up');
      await burst(play, Math.ceil(each / 8));
      say('full speed');
      const full = await burst(play, quick ? Math.ceil(each / 4) : each);
      const figures: Figure[] = [...burstFigures('at full speed', full, count)];
      const share = Math.max(1, Math.floor((full.actions / full.seconds) * busy));
      say(`steady, ${share} actions a second`);
      figures.push(
        ...pacedFigures(`steady, at ${busy * 100} % of full speed`, await paced(play, share, seconds), count),
      );
      if (rate !== undefined) {
        say(`steady, ${rate} actions a second`);
        figures.push(...pacedFigures(`steady, at ${rate} actions/s`, await paced(play, rate, seconds), count));
      }
      const { memory } = await runtime.statistics();
      for (const client of clients) client.close();
      const memories = [memoryFigure('memory', 'idle', idle), memoryFigure('memory', 'after the load', memory)];
      return [{ title: options.title, figures: [...memories, ...figures] }];
    } finally {
      operator.close();
      await runtime.close();
    }
  },
});
