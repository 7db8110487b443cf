import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type Counts, dollars } from '../../bench/cost/bill.ts';
import type { Member, Pace } from '../../domain/kind.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { createPacer } from '../../domain/pace.ts';
import { createAllowance } from '../../functions/membership/allowance.ts';
import { createPaces } from '../../functions/paces.ts';
import { logged } from '../domain/logged.ts';
import { tablesOfFile } from '../store/tables.ts';
import { world } from './attacks.ts';

const tables = await tablesOfFile();
const member = (id: string, rooms: readonly string[] = []) =>
  tables.connections.add({ id, wire: 'foldcast.v1', rooms, at: 0 });

/** Ten thousand sockets of one who sends texts to all of them. Each is a post; to find them costs next to nothing. */
const echo = async (): Promise<Counts> => {
  const crowd = Array.from({ length: 10_000 }, (_, index): Member => ({ connection: `own-${index}`, wire: 'plain' }));
  const { sends, cost } = world(tables, crowd);
  const say = () => sends('own-0', { action: 'echomessage', room: 'chat/own', data: 'x' });
  await say();
  return cost(say);
};

const sync = async (): Promise<Counts> => {
  const message = 'x'.repeat(4000);
  const room = 'chat/huge';
  for (let first = 0; first < 850; first += 50) {
    const events = Array.from({ length: 50 }, (_, index) => logged(first + index + 1, 'onMessage', { message }));
    const page = { room, epoch: 'e', events, from: first + 1, to: first + 50, since: first, lanes: 1, bytes: 1, at: 1 };
    await tables.log.commit({ ...page, ...(first === 800 && { state: { messages: [], present: [] } }) });
  }
  await member('reader');
  const { sends, cost } = world(tables);
  return cost(() => sends('reader', { action: 'sync', room, since: 0, epoch: 'e' }));
};

const joinAndLeave = async (): Promise<Counts> => {
  const rooms = Array.from({ length: 99 }, (_, index) => `chat/a-room-with-a-rather-long-name-${index}`);
  await member('joiner', rooms);
  const { sends, cost } = world(tables);
  return cost(async () => {
    await sends('joiner', { action: 'join', room: 'chat/x' });
    await sends('joiner', { action: 'leave', room: 'chat/x' });
  });
};

/** An id that many large pages have, sent again to a fold that knows which these are. */
const retry = async (): Promise<Counts> => {
  await member('sender');
  const { sends, cost } = world(tables);
  const room = 'chat/again';
  const message = 'x'.repeat(4000);
  for (let page = 0; page < 16; page += 1) {
    const events = Array.from({ length: 60 }, (_, index) => ({
      ...logged(60 * page + index + 1, 'onMessage', { message }),
      ...(index === 0 && { id: 'mine', connection: `sender-${page}`, by: `sender-${page}` }),
    }));
    const [from, to] = [60 * page + 1, 60 * page + 60];
    const state = { messages: [], present: [] };
    await tables.log.commit({ room, epoch: 'e', events, from, to, since: from - 1, lanes: 1, bytes: 1, at: 1, state });
    for (const { seq: _, ...event } of events) await tables.heads.append(room, event);
  }
  const again = (id: string) => sends('sender', { action: 'onMessage', room, message: 'y', id, retry: true });
  await again('other');
  return cost(() => again('mine'));
};

const refused = async (): Promise<Counts> => {
  await member('twice');
  const { sends, cost } = world(tables);
  const create = (text: string) =>
    sends('twice', { action: 'updateGame', gameAction: 'createGame', gameId: 'ABCE', game: { text } });
  await create('');
  return cost(() => create('x'.repeat(32_000)));
};

/** The table of docs/limits.md: the name of each attack, and its cells. */
const rows = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const text = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| attack'));
  const cells = lines.map((line) => line.slice(2, -2).split(' | '));
  return new Map(cells.map(([name = '', ...rest]) => [name, rest]));
};

/** Two digits of a number, as the table has them. */
const about = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en-US');

const pace: Pace = { perSecond: 50, burst: 100 };

/** Messages a second that one sender gets through in the long run who sends a hundred times as many as anybody may. */
const sustained = (takes: (at: number) => boolean): number => {
  const [from, to] = [60_000, 660_000];
  let taken = 0;
  for (let at = 0; at < to; at += 5) if (takes(at) && at >= from) taken += 1;
  return taken / ((to - from) / 1000);
};

const paced = (): number => {
  let now = 0;
  const take = createPaces(pace, () => now);
  return sustained((at) => {
    now = at;
    return take('sender');
  });
};

/** What the fold counts of one sender in a chat of 10,000. */
const pacedInCrowd = (): number => {
  const { isTooFast, add } = createPacer(chat, pace, 128, []);
  let seq = 0;
  return sustained((at) => {
    seq += 1;
    const event = { ...logged(seq, 'echomessage', {}), at };
    if (isTooFast(event)) return false;
    add({ seq, at, sender: event.by });
    return true;
  });
};

/** `bytes`: that an answer has. */
const allowed = (actions: readonly ('join' | 'leave' | 'sync')[], bytes: number): number => {
  let now = 0;
  let asked = 0;
  const { take, spend } = createAllowance(() => now);
  return sustained((at) => {
    now = at;
    const action = actions[asked % actions.length] ?? 'sync';
    const isFree = take({ connection: 'c', sender: 'c', action, room: `chat/${asked}` });
    if (isFree) spend('c', bytes);
    if (isFree) asked += 1;
    return isFree;
  });
};

const timeText = (seconds: number): string =>
  seconds < 120 ? `${about(seconds)} s` : seconds < 7200 ? `${about(seconds / 60)} min` : `${about(seconds / 3600)} h`;

it.each([
  ['echo to 10,000 own sockets', echo, 1, pacedInCrowd],
  ['`sync` from 0 of 3.4 MB', sync, 1, () => allowed(['sync'], 3.4e6)],
  ['`join` and `leave`, in 99 rooms already', joinAndLeave, 2, () => allowed(['join', 'leave'], 100)],
  ['`retry` of an id that 16 pages have', retry, 1, paced],
  ['an action of 32 KB that is refused', refused, 1, paced],
])('[S3] costs what docs/limits.md says: %s', async (name, attack, messages, rate) => {
  const perDollar = messages / dollars(await attack());
  const perSecond = rate();
  expect((await rows()).get(name)?.slice(1)).toEqual([
    about(perDollar),
    about(perSecond),
    expect.any(String),
    timeText(perDollar / perSecond),
  ]);
});
