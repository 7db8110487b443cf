import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../test/system/until.ts';
import { type CallCount, callsBetween } from './calls.ts';
import type { Client } from './clients.ts';
import { type Return, returnsOf } from './latency.ts';
import type { Operator } from './operator.ts';
import type { Runtime } from './runtime.ts';

/** Who plays where. */
export interface Play {
  readonly runtime: Runtime;
  readonly operator: Operator;
  readonly clients: readonly Client[];
  /** The room that the client of this number acts in. */
  readonly room: (client: number) => string;
  /** What it sends, as its `nth` action since it connected. */
  readonly action: (client: number, nth: number) => string;
}

/** What a load came to. */
export interface Measured {
  readonly actions: number;
  /** From the first action until everyone had the last state of their room. */
  readonly seconds: number;
  /** All that the functions called until they came to rest again. */
  readonly calls: readonly CallCount[];
  /** Messages that all clients received. */
  readonly messages: number;
}

/** A load at a steady rate. */
export interface Paced extends Measured {
  /** Actions a second that were sent. */
  readonly offered: number;
  /** One for each action. */
  readonly returns: readonly Return[];
}

const roomsOf = ({ clients, room }: Play): readonly string[] => [...new Set(clients.map((_, number) => room(number)))];

const versionsOf = async (play: Play): Promise<ReadonlyMap<string, number>> =>
  new Map(await Promise.all(roomsOf(play).map(async (room) => [room, await play.operator.version(room)] as const)));

/** How long a load may take to come back, in ms: minutes on a machine that has other work. */
const patience = 180_000;

/** Runs `send`, which sends `counts[n]` actions of client n, and measures until all of them have come back. */
const measure = async (
  play: Play,
  before: ReadonlyMap<string, number>,
  counts: readonly number[],
  send: () => unknown,
): Promise<Measured> => {
  const { clients, runtime, room } = play;
  const target = new Map(before);
  for (const [number, count] of counts.entries()) target.set(room(number), (target.get(room(number)) ?? 0) + count);
  const messages = () => clients.reduce((sum, client) => sum + client.received(), 0);

  const start = { calls: (await runtime.quiet()).calls, messages: messages(), at: performance.now() };
  await send();
  await until(
    'every client has the last state',
    () => clients.every((client, number) => client.version() >= (target.get(room(number)) ?? 0)),
    patience,
  );
  const last = Math.max(...clients.map(({ arrivals }) => arrivals.at(-1)?.at ?? 0));
  const { calls } = await runtime.quiet();
  return {
    actions: counts.reduce((sum, count) => sum + count, 0),
    seconds: (last - start.at) / 1000,
    calls: callsBetween(start.calls, calls),
    messages: messages() - start.messages,
  };
};

/** Every client sends `each` actions as fast as it can. */
export const burst = async (play: Play, each: number): Promise<Measured> => {
  const counts = play.clients.map(() => each);
  return measure(play, await versionsOf(play), counts, () => {
    for (let nth = 0; nth < each; nth += 1)
      for (const [number, client] of play.clients.entries()) client.send(play.action(number, nth));
  });
};

/**
 * Sends `rate` actions a second, the clients in turn, whether or not those before have come back: an open loop, as real
 * clients are. An action that is sent late, because this process was busy, is measured from when it was due.
 */
export const paced = async (play: Play, rate: number, seconds: number): Promise<Paced> => {
  const actions = Math.round(rate * seconds);
  const { clients } = play;
  const due: number[][] = clients.map(() => []);
  const counts = clients.map((_, number) => Math.ceil((actions - number) / clients.length));
  const before = await versionsOf(play);
  const measured = await measure(play, before, counts, async () => {
    const began = performance.now();
    for (let sent = 0; sent < actions; ) {
      const dueBy = Math.min(actions, 1 + Math.floor(((performance.now() - began) / 1000) * rate));
      for (; sent < dueBy; sent += 1) {
        const number = sent % clients.length;
        clients[number]?.send(play.action(number, Math.floor(sent / clients.length)));
        due[number]?.push(began + (sent / rate) * 1000);
      }
      await pause(1);
    }
  });
  return { ...measured, offered: rate, returns: await ownReturns(play, before, due) };
};

/** The events of each client, by the connection in the log. One client's actions are taken to be appended in the order they were sent. */
const ownReturns = async (
  { clients, operator, room }: Play,
  before: ReadonlyMap<string, number>,
  due: readonly (readonly number[])[],
): Promise<readonly Return[]> => {
  const seqs = new Map<string, number[]>();
  for (const [name, version] of before)
    for (const { connection, seq } of await operator.eventsAfter(name, version)) {
      const key = `${name} ${connection}`;
      const own = seqs.get(key) ?? [];
      own.push(seq);
      seqs.set(key, own);
    }
  const byAgent = new Map<string, readonly number[]>();
  for (const [key, own] of seqs) byAgent.set(await operator.agentOf(key.slice(key.lastIndexOf(' ') + 1)), own);
  return clients.flatMap(({ agent, arrivals }, number) => {
    const own = byAgent.get(agent) ?? [];
    if (own.length !== due[number]?.length)
      throw new Error(
        `The log of ${room(number)} holds ${own.length} actions of ${agent}, which sent ${due[number]?.length}.`,
      );
    return returnsOf(due[number], own, arrivals);
  });
};
