import type { ActionMessage, ServerMessage } from '../domain/protocol.ts';
import { sizeOf } from '../domain/size.ts';
import { backoff, createTimer } from './clock.ts';
import { Closed, Refused, TooMany, Uncertain } from './errors.ts';
import type { Clock, Done, Kept, Pending } from './types.ts';

/** An action, from when it was asked for until it is in a state that is shown. */
export interface Entry extends Pending {
  sent: boolean;
  /** When it was sent first. From then on the server knows it again for five minutes. */
  sentAt?: number | undefined;
  /** On the present connection, and not answered yet. */
  flying: boolean;
  /** Its event, once that counts, and the history that it is of. */
  seq?: number;
  epoch?: string;
}

interface Waiting extends Entry {
  tries: number;
  /** It counted before the room was asked how it stands. */
  before?: boolean;
  readonly settle: { readonly resolve: (done: Done) => void; readonly reject: (why: Error) => void };
}

export interface OutboxOptions {
  readonly room: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** False where it can't be sent now. */
  readonly send: (message: ActionMessage) => boolean;
  /** Waits for the answer to an id; the answer stops that. */
  readonly expect: (id: string, answer: (message: ServerMessage) => void) => () => void;
  /** Whether there is place for one more, of all rooms. */
  readonly place: () => boolean;
  readonly most: number;
  readonly probe: () => void;
  readonly changed: () => void;
}

/** The actions of one room, in order: each is sent when the one before it is answered, for a server handles at the same time what comes at the same time. */
export interface Outbox {
  readonly entries: readonly Entry[];
  add(id: string, type: string, data: object): Promise<Done>;
  /** Takes up an action of an earlier page. */
  resume(kept: Kept): Promise<Done>;
  /** There is a connection: another one than before, where actions had been sent. */
  live(): void;
  lost(): void;
  /** Everything up to this event is in the state: what counts by then is shown without us. */
  known(version: number): void;
  /** An event of ours that was heard of before its answer. */
  counted(id: string, seq: number, epoch: string): void;
  /** The room is asked how it stands. */
  asked(): void;
  /** And it is of this history: what counted in another one before that was asked is gone with it. */
  stands(epoch: string): void;
  close(why: string): void;
}

/** Reasons that are no last word. */
export const passing: ReadonlySet<string> = new Set(['slow-down', 'unavailable', 'expired']);

/** The server knows an action again for five minutes; the last try has to arrive within them. */
const knownFor = 5 * 60_000 - 15_000;
/** Without an answer for so long (ms) it is sent again. */
const answerLimit = 10_000;
const maxBytes = 32 * 1024;

export const createOutbox = (options: OutboxOptions): Outbox => {
  const { room, clock, random, send, expect, changed } = options;
  const timer = createTimer(clock);
  let entries: Waiting[] = [];
  let isLive = false;
  const waits = new Map<Waiting, () => void>();

  const remove = (entry: Waiting): void => {
    waits.get(entry)?.();
    waits.delete(entry);
    entries = entries.filter((each) => each !== entry);
    changed();
  };
  const retain = (isLeft: (entry: Waiting) => boolean): void => {
    const left = entries.filter(isLeft);
    if (left.length === entries.length) return;
    entries = left;
    changed();
  };
  const head = (): Waiting | undefined => entries.find(({ seq }) => seq === undefined);

  const giveUp = (entry: Waiting, why: Error): void => {
    remove(entry);
    entry.settle.reject(why);
    pump();
  };

  const done = (entry: Waiting, seq: number, epoch: string): void => {
    if (entry.seq !== undefined) return;
    waits.get(entry)?.();
    waits.delete(entry);
    entry.seq = seq;
    entry.epoch = epoch;
    entry.flying = false;
    entry.settle.resolve({ seq });
    changed();
    pump();
  };

  const later = (entry: Waiting): void => {
    entry.flying = false;
    timer.set(backoff(entry.tries, random, 1000), pump);
  };

  const answered = (entry: Waiting, message: ServerMessage): void => {
    if (message.type === 'ack') done(entry, message.seq, message.epoch);
    else if (message.type === 'refused' || message.type === 'error') {
      const reason = message.type === 'refused' ? message.reason : message.code;
      // What was too much was not done; what is unavailable may have been.
      if (passing.has(reason)) later(entry);
      else giveUp(entry, new Refused(reason, entry.type, room, message.type === 'error' ? message.message : undefined));
    }
  };

  const pump = (): void => {
    const entry = head();
    if (!entry) return;
    const { sentAt } = entry;
    if (sentAt !== undefined && clock.now() - sentAt > knownFor) {
      giveUp(entry, new Uncertain(entry.type, room));
      return;
    }
    if (!isLive || entry.flying) {
      // It is given up in time though nothing happens.
      if (sentAt !== undefined && !entry.flying) timer.set(sentAt + knownFor + 1 - clock.now(), pump);
      return;
    }
    const retry = sentAt !== undefined;
    const message = { ...(entry.data as object), action: entry.type, room, id: entry.id, ...(retry && { retry }) };
    if (!send(message as ActionMessage)) return;
    if (!waits.has(entry))
      waits.set(
        entry,
        expect(entry.id, (answer) => answered(entry, answer)),
      );
    entry.sentAt = sentAt ?? clock.now();
    entry.sent = entry.flying = true;
    entry.tries += 1;
    changed();
    timer.set(answerLimit * Math.min(entry.tries, 4), () => {
      options.probe();
      entry.flying = false;
      pump();
    });
  };

  const put = (kept: Omit<Kept, 'room'>): Promise<Done> =>
    new Promise((resolve, reject) => {
      const { id, type, data, sentAt } = kept;
      const settle = { resolve, reject };
      entries = [...entries, { id, type, data, sentAt, sent: sentAt !== undefined, flying: false, tries: 0, settle }];
      changed();
      pump();
    });

  return {
    get entries() {
      return entries;
    },
    add: async (id, type, data) => {
      if (!options.place()) throw new TooMany(options.most);
      // As it is now: whoever gave it may alter it.
      const json = JSON.stringify(data);
      if (sizeOf(json) + 256 > maxBytes)
        throw new Refused('too-large', type, room, `${type} can't be sent: an action may have ${maxBytes / 1024} KB.`);
      return put({ id, type, data: JSON.parse(json) });
    },
    resume: put,
    live: () => {
      isLive = true;
      pump();
    },
    lost: () => {
      isLive = false;
      for (const entry of entries) entry.flying = false;
      timer.clear();
      pump();
    },
    known: (version) => retain(({ seq }) => seq === undefined || seq > version),
    counted: (id, seq, epoch) => {
      const entry = entries.find((each) => each.id === id);
      if (entry) done(entry, seq, epoch);
    },
    asked: () => {
      for (const entry of entries) entry.before = entry.seq !== undefined;
    },
    stands: (epoch) => retain((entry) => !entry.before || entry.epoch === epoch),
    close: (why) => {
      timer.clear();
      for (const entry of entries) {
        waits.get(entry)?.();
        if (entry.seq === undefined) entry.settle.reject(new Closed(why));
      }
      entries = [];
      waits.clear();
      isLive = false;
    },
  };
};
