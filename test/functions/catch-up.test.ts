import { expect, it } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import type { Page } from '../../domain/page.ts';
import { parseServerMessage } from '../../domain/protocol.ts';
import { catchUp } from '../../functions/membership/catch-up.ts';
import { logged } from '../domain/logged.ts';

const room = 'chat/a';
const epoch = 'e1';

/** A log of pages of ten messages each, of so many characters. `read()`: how many pages were taken from it. */
const logOf = (pages: number, characters: number, begins = 1) => {
  const message = 'x'.repeat(characters);
  const version = begins - 1 + 10 * pages;
  let read = 0;
  return {
    version,
    read: () => read,
    latest: async () =>
      ({ version, state: 'the state', bytes: 0, recent: [], counted: version, epoch, lanes: 1 }) as never,
    async *pagesBack(_: string, from: number, to: number): AsyncGenerator<Page> {
      for (let last = version; last >= Math.max(from, begins); last -= 10) {
        if (last - 9 > to) continue;
        const events = Array.from({ length: 10 }, (_, index) => logged(last - 9 + index, 'onMessage', { message }));
        read += 1;
        yield { room, epoch, from: last - 9, to: last, events, since: last - 10, lanes: 1, bytes: 0, at: 0 };
      }
    },
  };
};

const answer = async (log: ReturnType<typeof logOf>, since: number, known: { epoch?: string } = { epoch }) => {
  const { messages: payloads } = await catchUp(log, room, chat, { since, ...known });
  const messages = payloads.flatMap((payload) => parseServerMessage(payload) ?? []);
  expect(messages).toHaveLength(payloads.length);
  const events = messages.flatMap((message) => (message.type === 'events' ? message.events : [])).map(({ seq }) => seq);
  return { types: new Set(messages.map(({ type }) => type)), events };
};
const numbers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

it('sends all that was missed, from the middle of a page on, however many they are', async () => {
  const log = logOf(2500, 10);
  const { types, events } = await answer(log, 1005);
  expect(types).toEqual(new Set(['events']));
  expect(events).toEqual(numbers(1006, 25_000));
});

it('sends the state instead of more than 4 MB of events, and stops reading when it knows', async () => {
  const log = logOf(2000, 4096);
  expect((await answer(log, 19_100)).events).toEqual(numbers(19_101, 20_000));
  const before = log.read();
  expect(await answer(log, 10)).toEqual({ types: new Set(['state']), events: [] });
  expect(log.read() - before).toBeLessThan(110);
});

it('says by which version of the rules its events and its state are', async () => {
  const log = logOf(2, 10);
  const next = { ...chat, version: 2 };
  for (const known of [{ since: 5, epoch }, {}]) {
    const { messages } = await catchUp(log, room, next as never, known);
    expect(messages.map((message) => parseServerMessage(message))).toMatchObject([{ rules: 2 }]);
  }
});

it('sends the state where the log begins later', async () => {
  const log = logOf(2, 10, 101);
  expect((await answer(log, 99)).types).toEqual(new Set(['state']));
  expect((await answer(log, 100)).events).toEqual(numbers(101, 120));
});

it('sends no events to who has missed none', async () => {
  expect(await answer(logOf(2, 10), 20)).toEqual({ types: new Set(['events']), events: [] });
});

it('[C3] sends the state to who counts in another epoch, or in none, however long the log is', async () => {
  const log = logOf(2, 10);
  expect((await answer(log, 15)).events).toEqual(numbers(16, 20));
  for (const known of [{ epoch: 'e0' }, { epoch: '' }, {}])
    for (const since of [0, 15, 20, 25])
      expect(await answer(log, since, known)).toEqual({ types: new Set(['state']), events: [] });
  expect(log.read()).toBe(1);
});
