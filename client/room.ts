import type { Kind } from '../domain/kind.ts';
import type { Crowd } from '../domain/presence.ts';
import type { ActionMessage, ClientMessage, JoinRequest, ServerMessage } from '../domain/protocol.ts';
import { createListeners, type MakeCell } from './cells.ts';
import { backoff, createTimer } from './clock.ts';
import { Closed } from './errors.ts';
import { createEvents } from './events.ts';
import { createKnowledge } from './known.ts';
import { createOutbox, type Outbox, passing } from './outbox.ts';
import type { AnyKind, Clock, Done, Pending, Room, Status, Unruled } from './types.ts';

export interface RoomOptions {
  readonly name: string;
  readonly kind: AnyKind | undefined;
  readonly cell: MakeCell;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly send: (message: ClientMessage) => boolean;
  readonly expect: (id: string, answer: (message: ServerMessage) => void) => () => void;
  /** Who acts, as the server would say it. */
  readonly me: () => { readonly by: string; readonly connection: string };
  readonly probe: () => void;
  /** How many actions wait in all rooms, and how many may. */
  readonly place: () => boolean;
  readonly most: number;
  /** The room knows where it stands on the present connection. */
  readonly joined: () => void;
  /** What waits has changed: for who keeps it. */
  readonly changed: () => void;
  readonly left: () => void;
}

/** A room as the client itself sees it. */
export interface Member {
  readonly room: Room<Unruled>;
  readonly outbox: Outbox;
  live(): void;
  lost(why: string): void;
  take(message: ServerMessage): void;
  close(why: string): void;
}

/** A question that is not answered for so long (ms) is asked again. */
const answerLimit = 10_000;
/** A gap is asked about once in so long (ms): the answer may have many parts. */
const patience = 2_000;
/** Where events can't be folded here the state is asked for once in so long (ms): the server answers one such question a second. */
const stateEvery = 1_000;
/** What was sent on a connection that is gone may be in the state already: for so long (ms) at most nothing new is shown until the server says. */
const settling = 3_000;

export const createRoom = (options: RoomOptions): Member => {
  const { name, kind, cell, clock, random, send, expect } = options;
  const events = createEvents();
  const listeners = createListeners();
  const asking = createTimer(clock);
  const soon = createTimer(clock);
  const showing = createTimer(clock);
  const state = cell<unknown>(undefined);
  const version = cell(0);
  const epoch = cell('');
  const pending = cell<readonly Pending[]>([]);
  const status = cell<Status>({ is: 'connecting' });
  let question: { readonly id: string; readonly stop: () => void } | undefined;
  let tries = 0;
  let isLive = false;
  let closed: string | undefined;
  /** Until when (ms) the state that is shown waits for answers. */
  let settledAt = 0;
  let scheduled = false;

  const knowledge = createKnowledge(kind, (event) => {
    outbox.counted(event.id, event.seq, knowledge.known?.epoch ?? '');
    events.put(event);
  });

  /** When the present connection came (ms). */
  let began = 0;
  /** Thousands of predictions take a while: they are made again when four times as long has been left for all else. */
  let busyUntil = 0;

  /** Whether what became of an action that was sent on another connection is not known yet. */
  const unsettled = (): boolean =>
    clock.now() < settledAt &&
    outbox.entries.some(({ sentAt, seq }) => sentAt !== undefined && seq === undefined && sentAt < began);

  const show = (): void => {
    scheduled = false;
    if (closed !== undefined) return;
    const [from, started] = [clock.now(), performance.now()];
    const { known, ruling } = knowledge;
    if (known) {
      outbox.known(known.version);
      version.value = known.version;
      epoch.value = known.epoch;
      if (unsettled()) showing.set(Math.max(1, settledAt - clock.now()), schedule);
      else
        state.value = ruling
          ? ruling.folding.predict(
              ruling as unknown as Kind,
              known,
              outbox.entries.map(({ id, type, data }) => ({ id, type, data, at: from, ...options.me() })),
            )
          : known.state;
    }
    pending.value = outbox.entries.filter(({ seq }) => seq === undefined);
    listeners.tell();
    busyUntil = clock.now() + 4 * (performance.now() - started);
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    const wait = busyUntil - clock.now();
    if (wait > 4) clock.after(wait, show);
    else queueMicrotask(show);
  };

  const outbox = createOutbox({
    ...options,
    room: name,
    send: (message: ActionMessage) => send(message),
    changed: () => {
      options.changed();
      schedule();
    },
  });

  const say = (next: Status): void => {
    status.value = next;
    listeners.tell();
  };

  const ask = (action: JoinRequest['action'], whole = false): void => {
    question?.stop();
    soon.clear();
    const id = options.newId();
    const { known } = knowledge;
    const since = known && !whole && { since: known.version, epoch: known.epoch };
    const stop = expect(id, (message) => answered(action, message));
    question = { id, stop };
    outbox.asked();
    tries += 1;
    asking.set(answerLimit, () => {
      options.probe();
      ask(action, whole);
    });
    send({ action, room: name, id, ...since });
  };

  const done = (): void => {
    question?.stop();
    question = undefined;
    tries = 0;
    asking.clear();
    outbox.live();
    options.joined();
  };

  const act = (next: ReturnType<typeof knowledge.take>): void => {
    if (next === 'sync' && !question) ask('sync');
    else if (next === 'sync-soon' && !question) {
      say({ is: 'behind', why: 'something is missing, and was asked for' });
      soon.set(patience, () => ask('sync'));
    } else if (next === 'state-soon' && !question && !soon.isSet) {
      // It is not put off by each further event.
      soon.set(stateEvery, () => ask('sync', true));
    } else if (next === 'nothing') {
      soon.clear();
      if (isLive && !question) say({ is: 'live' });
    }
    schedule();
  };

  const answered = (action: JoinRequest['action'], message: ServerMessage): void => {
    if (message.type === 'error') {
      const { code } = message;
      if (passing.has(code)) asking.set(backoff(tries, random, 1000), () => ask(action));
      else member.close(message.message);
    } else if (message.type === 'state' || message.type === 'events') {
      // A later part of the same answer comes when the question is settled.
      done();
      outbox.stands(message.epoch);
      act(knowledge.take(message, true));
    }
  };

  const member: Member = {
    outbox,
    live: () => {
      isLive = true;
      tries = 0;
      began = clock.now();
      settledAt = began + settling;
      if (status.value.is !== 'live') say({ is: 'behind', why: 'joining' });
      ask('join');
    },
    lost: (why) => {
      isLive = false;
      question?.stop();
      question = undefined;
      asking.clear();
      soon.clear();
      outbox.lost();
      say({ is: 'connecting', why });
    },
    take: (message) => {
      if (message.type !== 'state' && message.type !== 'events') return;
      act(knowledge.take(message, message.type === 'events' && message.recovered === true));
    },
    close: (why) => {
      if (closed !== undefined) return;
      closed = why;
      question?.stop();
      for (const timer of [asking, soon, showing]) timer.clear();
      outbox.close(why);
      events.end();
      say({ is: 'closed', why });
      options.left();
    },
    room: {
      name,
      get state() {
        return state.value;
      },
      get version() {
        return version.value;
      },
      get epoch() {
        return epoch.value;
      },
      get present() {
        return (state.value as Crowd | undefined)?.present ?? [];
      },
      get status() {
        return status.value;
      },
      get pending() {
        return pending.value;
      },
      events: events.all,
      do: new Proxy({} as Record<string, (data?: object) => Promise<Done>>, {
        get: (_, type) =>
          // A room is no promise, though somebody may await it.
          typeof type === 'string' && type !== 'then'
            ? (data: object = {}) => {
                if (closed !== undefined) return Promise.reject(new Closed(closed));
                return outbox.add(options.newId(), type, data);
              }
            : undefined,
      }) as Room<Unruled>['do'],
      subscribe: listeners.subscribe,
      leave: () => {
        if (isLive) send({ action: 'leave', room: name });
        member.close('the room was left');
      },
    },
  };
  return member;
};
