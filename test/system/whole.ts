import { expect } from 'vitest';
import type { LoggedEvent } from '../../domain/event.ts';
import { refold } from '../../domain/fold.ts';
import { counter } from '../../domain/kinds/counter.ts';
import type { PlainClient } from './client.ts';
import type { Tables } from './operator.ts';
import { until } from './until.ts';

/** The room that every plain client is in. */
export const room = 'counter/global-counter';

/** What a room's log comes to. */
export interface History {
  readonly events: readonly LoggedEvent[];
  /** The events that were not refused. */
  readonly counted: readonly LoggedEvent[];
  readonly value: number;
}

/** Waits until all that was appended is in the log. Fails where the log has a gap or an event twice, or its state is not the sum. */
export const wholeLog = async ({ heads, log }: Pick<Tables, 'heads' | 'log'>, limit?: number): Promise<History> => {
  const caughtUp = async () => (await log.latest(room, counter)).version === (await heads.version(room));
  await until('the log holds all that was appended', caughtUp, limit);
  const pages = await log.pages(room, 1, Number.MAX_SAFE_INTEGER);
  const events = pages.flatMap((page) => page.events);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from(events, (_, index) => index + 1));
  expect(pages.filter((page) => page.missing !== undefined)).toEqual([]);
  const value = refold(counter as never, counter.initial, events) as number;
  expect((await log.latest(room, counter)).state).toBe(value);
  return { events, counted: events.filter((event) => event.refused === undefined), value };
};

/**
 * Waits until all that was appended is folded and all deliveries are done; then every client's last message has to be the
 * value that the log comes to, and nothing may have been given up.
 */
export const endsAt = async (
  tables: Pick<Tables, 'heads' | 'log' | 'queued' | 'dead'>,
  clients: readonly PlainClient[],
  value: number,
): Promise<History> => {
  await Promise.all(clients.map((client) => client.shows(value)));
  const history = await wholeLog(tables);
  expect(history.value).toBe(value);
  await until('all deliveries are done', async () => (await tables.queued()) === 0);
  await Promise.all(clients.map((client) => client.shows(value, 0)));
  expect(await tables.dead()).toBe(0);
  return history;
};
