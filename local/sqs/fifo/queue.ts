import { randomUUID } from 'node:crypto';
import type { QueueDefinition } from '../definition.ts';
import type { Disk } from './disk.ts';
import { createDuplicates, type Original } from './duplicates.ts';
import { createFlights } from './flights.ts';
import { createGroups, firstOf, type Group } from './groups.ts';
import { Line } from './line.ts';
import type { Message } from './message.ts';

/** The most messages in flight; no more are handed out until some are deleted. Source: SQS developer guide, FIFO "message quotas". */
const mostInFlight = 120_000;

/** What a receive takes. */
export interface Taking {
  readonly most: number;
  /** The most of one group, so that others have a share. */
  readonly ofGroup: number;
  /** How long it is in flight, in ms. */
  readonly visibilityMs: number;
}

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export type Sent = Pick<Message, 'group' | 'deduplication' | 'body' | 'attributes'>;

/** The messages of one FIFO queue. `now` is in ms since 1970. */
export interface FifoQueue {
  readonly definition: QueueDefinition;
  /** Queues a message, or gives the one that it is a duplicate of. */
  readonly send: (message: Sent, now: number) => Original;
  /** Takes what another queue has given up. */
  readonly bury: (message: Message, source: string, now: number) => void;
  readonly take: (taking: Taking, now: number) => Message[];
  /** The message that is in flight under a receipt handle. */
  readonly inFlight: (handle: string, now: number) => Message | undefined;
  /** Whether a message is still in the queue. */
  readonly has: (sequence: number) => boolean;
  readonly remove: (message: Message) => void;
  /** Lets a message in flight be visible again after so many ms. */
  readonly hide: (message: Message, ms: number, now: number) => void;
  readonly purge: () => void;
  readonly counts: (now: number) => Counts;
  /** When there may be more to receive than now. */
  readonly nextChange: () => number | undefined;
}

export interface FifoQueueOptions {
  readonly definition: QueueDefinition;
  readonly disk: Disk;
  readonly now: number;
  /** Takes what was received too often. */
  readonly giveUp: (message: Message, now: number) => void;
}

export const createFifoQueue = ({ definition, disk, now: start, giveUp }: FifoQueueOptions): FifoQueue => {
  const { name, fifo, attributes, maxReceiveCount = Number.POSITIVE_INFINITY } = definition;
  const delayMs = Number(attributes.DelaySeconds) * 1000;
  const retentionMs = Number(attributes.MessageRetentionPeriod) * 1000;
  const duplicates = createDuplicates();
  let groups = createGroups();
  let delayed = new Line<Message>();
  let flights = createFlights();
  const all = new Set<number>();
  let lastSequence = 0;

  /** Microseconds, so that numbers grow from one start to the next, with gaps as on AWS. */
  const nextSequence = (now: number): number => {
    lastSequence = Math.max(lastSequence + 1, now * 1000);
    return lastSequence;
  };

  const add = (message: Message) => {
    disk.insert(name, message);
    all.add(message.sequence);
  };

  const drop = (message: Message) => {
    disk.remove(name, message.sequence);
    all.delete(message.sequence);
  };

  /** Lets time pass: what was in flight or delayed long enough can be received. */
  const settle = (now: number) => {
    for (let message = flights.due(now); message; message = flights.due(now)) groups.land(message);
    for (let first = delayed.first; first && first.sent + delayMs <= now; first = delayed.first) {
      delayed.shift();
      groups.add(first);
    }
  };

  /** The next of a group that a receiver is to have: on the way to it, what is too old or was received too often goes. */
  const nextOf = (group: Group, now: number): Message | undefined => {
    for (let message = firstOf(group); message; message = firstOf(group)) {
      const tooOften = message.received >= maxReceiveCount;
      if (!tooOften && message.sent + retentionMs > now) return message;
      drop(message);
      if (tooOften) giveUp(message, now);
    }
    return undefined;
  };

  const takeFrom = (group: Group, most: number, until: number, now: number): Message[] => {
    const taken: Message[] = [];
    while (taken.length < most && flights.size() < mostInFlight) {
      const message = nextOf(group, now);
      if (!message) break;
      message.received++;
      message.firstReceived ??= now;
      groups.fly(message);
      flights.fly(message, until);
      disk.update(name, message);
      taken.push(message);
    }
    return taken;
  };

  const restore = () => {
    const { messages, originals } = disk.load(name, start);
    for (const [key, original] of originals) duplicates.remember(key, original);
    lastSequence = Math.max(originals.at(-1)?.[1].sequence ?? 0, messages.at(-1)?.sequence ?? 0);
    const isFlying = ({ flight }: Message) => flight !== undefined && flight.until > start;
    for (const message of messages.filter(isFlying)) {
      all.add(message.sequence);
      groups.fly(message);
      flights.fly(message, message.flight?.until ?? start);
    }
    for (const message of messages.filter((each) => !isFlying(each))) {
      all.add(message.sequence);
      message.flight = undefined;
      // A change of the queue's delay counts for what is in it, too (SQS API reference, SetQueueAttributes).
      if (message.received === 0 && message.sent + delayMs > start) delayed.push(message);
      else groups.add(message);
    }
  };
  restore();

  return {
    definition,
    send: (sent, now) => {
      const { group, deduplication } = sent;
      const key = fifo?.scope === 'messageGroup' ? `${group}\n${deduplication}` : deduplication;
      const original = duplicates.originalOf(key, now);
      if (original) return original;
      const unread = { source: undefined, received: 0, firstReceived: undefined, flight: undefined };
      const message = { ...sent, ...unread, id: randomUUID(), sent: now, sequence: nextSequence(now) };
      duplicates.remember(key, message);
      disk.remember(name, key, message);
      add(message);
      if (delayMs > 0) delayed.push(message);
      else groups.add(message);
      return message;
    },
    bury: (message, source, now) => {
      const buried = { ...message, sent: now, sequence: nextSequence(now), source };
      add(buried);
      groups.add(buried);
    },
    take: ({ most, ofGroup, visibilityMs }, now) => {
      settle(now);
      const taken: Message[] = [];
      while (taken.length < most && flights.size() < mostInFlight) {
        const group = groups.next();
        if (!group) break;
        taken.push(...takeFrom(group, Math.min(ofGroup, most - taken.length), now + visibilityMs, now));
        groups.done(group);
      }
      return taken;
    },
    inFlight: (handle, now) => {
      settle(now);
      return flights.find(handle);
    },
    has: (sequence) => all.has(sequence),
    remove: (message) => {
      drop(message);
      flights.end(message);
      groups.gone(message);
    },
    hide: (message, ms, now) => {
      flights.fly(message, now + ms);
      disk.update(name, message);
      settle(now);
    },
    purge: () => {
      disk.purge(name);
      [groups, delayed, flights] = [createGroups(), new Line<Message>(), createFlights()];
      all.clear();
    },
    counts: (now) => {
      settle(now);
      const [inFlight, waiting] = [flights.size(), delayed.length];
      return { visible: all.size - inFlight - waiting, inFlight, delayed: waiting };
    },
    nextChange: () => {
      const first = delayed.first;
      const times = [flights.next(), first && first.sent + delayMs].filter((time) => time !== undefined);
      return times.length > 0 ? Math.min(...times) : undefined;
    },
  };
};
