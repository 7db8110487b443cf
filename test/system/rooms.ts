import { randomUUID } from 'node:crypto';
import type { LoggedEvent } from '../../domain/event.ts';
import type { Client } from './client-v1.ts';
import type { Tables } from './operator.ts';
import { until } from './until.ts';

/** A chat that nobody was in yet, and a text for it. */
export const newRoom = () => `chat/${randomUUID()}`;
export const say = (room: string, message: string) => ({ action: 'onMessage', room, message });

/** All events of a room, once everything that was appended is in its log. */
export const eventsOf = async ({ heads, log }: Pick<Tables, 'heads' | 'log'>, room: string): Promise<LoggedEvent[]> => {
  const all = async () => (await log.pages(room, 1, Number.MAX_SAFE_INTEGER)).flatMap(({ events }) => events);
  let events: LoggedEvent[] = [];
  const folded = async () => {
    const version = await heads.version(room);
    events = await all();
    return (events.at(-1)?.seq ?? 0) === version;
  };
  await until(`the log of ${room} holds all that was appended`, folded, 60_000);
  return events;
};

/** The `seq` of each event that counts, after `since`. */
export const counted = (events: readonly LoggedEvent[], since = 0): number[] =>
  events.filter(({ seq, refused }) => refused === undefined && seq > since).map(({ seq }) => seq);

/** The last of some events, which may be one that does not count. */
export const lastOf = (events: readonly LoggedEvent[]): number => events.at(-1)?.seq ?? 0;

/** Waits until a client knows all of a room up to a `seq`. */
export const reaches = (client: Client, room: string, seq: number): Promise<void> =>
  until(
    `a client that is at ${client.room(room).known?.version} of ${room} reaches ${seq}`,
    () => (client.room(room).known?.version ?? -1) >= seq,
    60_000,
  );

/** The `seq` of each event up to `to` that a client was told of, in the order in which it took them. */
export const told = (client: Client, room: string, to = Number.POSITIVE_INFINITY): number[] =>
  client.room(room).events.flatMap(({ seq }) => (seq <= to ? seq : []));
