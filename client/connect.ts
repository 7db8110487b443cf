import { type ClientMessage, clientMessage, type ServerMessage } from '../domain/protocol.ts';
import { createListeners, plainCell } from './cells.ts';
import { createTimer, realClock } from './clock.ts';
import { Closed, Refused, Uncertain } from './errors.ts';
import { createLink } from './link.ts';
import { createRoom, type Member } from './room.ts';
import type { AnyKind, Foldcast, Kept, KindOf, Options, Room, Socket, Status } from './types.ts';

/** An id for an action. Not `randomUUID`, which browsers have only on pages that came over TLS or from this machine. */
const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** What is said against a text to somebody comes within so long (ms), or not at all. */
const tellLimit = 2_000;
/** A question without an answer for so long (ms) is given up. */
const askLimit = 30_000;
/** What waits is kept so long (ms) after it changed. */
const keepAfter = 50;

const defaultMost = 10_000;

const closedHere = 'the client was closed';

/**
 * Connects to a stack, and stays connected: `connect('wss://live.example.com', { kinds: [counter] })`. The first attempt is made at once; what
 * is done before it succeeds is kept.
 */
export const connect = <const K extends AnyKind = never>(url: string, options: Options<K> = {}): Foldcast<K> => {
  const { kinds = [], clock = realClock, random = Math.random, cell = plainCell, keep } = options;
  const most = options.mostPending ?? defaultMost;
  const members = new Map<string, Member>();
  const expected = new Map<string, (message: ServerMessage) => void>();
  const hearers = new Set<(said: { readonly from?: string; readonly message: string }) => void>();
  const watchers = new Set<(text: string, direction: 'in' | 'out') => void>();
  const listeners = createListeners();
  const keeping = createTimer(clock);
  const status = cell<Status>({ is: 'connecting' });
  const user = cell('');
  const connection = cell('');
  const roundTrip = cell<number | undefined>(undefined);
  /** Rooms that the present connection does not know yet. */
  const joining = new Set<string>();
  /** What is done once we are in a room, or where it names none, once there is a connection. */
  let waiting: (readonly [room: string, work: () => void])[] = [];

  const expect = (id: string, answer: (message: ServerMessage) => void) => {
    expected.set(id, answer);
    return () => void expected.delete(id);
  };

  const identify = (): void => {
    connection.value = link.session?.connection ?? '';
    const own = options.user === undefined ? connection.value : `~${options.user}`;
    user.value = options.token ? (link.subject ?? '') : own;
    listeners.tell();
  };

  const heard = (message: ServerMessage): void => {
    if ('id' in message && message.id !== undefined && expected.has(message.id)) expected.get(message.id)?.(message);
    else if (message.type === 'message' || message.type === 'notice') for (const hearer of hearers) hearer(message);
    else if (message.type === 'error' && message.code === 'expired') link.wake();
    else if ('room' in message && message.room !== undefined) members.get(message.room)?.take(message);
  };

  const link = createLink({
    url,
    clock,
    random,
    socket: options.socket ?? ((address, protocols) => new WebSocket(address, protocols) as unknown as Socket),
    ...(options.token && { token: options.token }),
    ...(options.user !== undefined && { user: options.user }),
    status: (next) => {
      status.value = next;
      listeners.tell();
    },
    listener: {
      message: (message, session) => {
        if (session === link.session && session.connection !== connection.value) identify();
        heard(message);
      },
      text: (text, direction) => {
        for (const watcher of watchers) watcher(text, direction);
      },
      roundTrip: (ms) => {
        roundTrip.value = ms;
        listeners.tell();
      },
    },
    live: () => {
      identify();
      for (const name of members.keys()) joining.add(name);
      for (const member of members.values()) member.live();
      if (joining.size === 0) link.retire();
      arrive('');
    },
    lost: (why) => {
      for (const member of members.values()) member.lost(why);
    },
  });

  const send = (message: ClientMessage): boolean => {
    const named = options.user !== undefined && !options.token ? { user: options.user } : {};
    return link.session?.send(clientMessage({ ...message, ...named } as ClientMessage)) ?? false;
  };

  const pendingCount = (): number => {
    let count = 0;
    for (const { outbox } of members.values()) count += outbox.entries.length;
    return count;
  };

  const save = (): void => {
    if (!keep) return;
    keeping.set(keepAfter, () => {
      const actions = Array.from(members, ([room, { outbox }]) =>
        outbox.entries
          .filter(({ seq }) => seq === undefined)
          .map(
            ({ id, type, data, sentAt }): Kept => ({ room, id, type, data, ...(sentAt !== undefined && { sentAt }) }),
          ),
      ).flat();
      void keep.save(actions).catch(() => {});
    });
  };

  const arrive = (name: string): void => {
    joining.delete(name);
    const all = waiting;
    waiting = all.filter(([room]) => room !== name);
    for (const [room, work] of all) if (room === name) work();
  };

  const memberOf = (name: string): Member => {
    const there = members.get(name);
    if (there) return there;
    const member = createRoom({
      name,
      kind: kinds.find((each) => name.startsWith(`${each.name}/`)),
      ...{ cell, clock, random, newId, send, expect, most },
      me: () => ({ by: user.value, connection: connection.value }),
      probe: () => link.wake(),
      place: () => pendingCount() < most,
      joined: () => {
        arrive(name);
        if (joining.size === 0) link.retire();
      },
      changed: save,
      left: () => {
        members.delete(name);
        arrive(name);
      },
    });
    members.set(name, member);
    joining.add(name);
    if (link.session?.live) member.live();
    return member;
  };

  const ask = (
    message: { readonly action: string; readonly [key: string]: unknown },
    limit = askLimit,
  ): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = newId();
      const action = String(message.action);
      const begin = (): void => {
        if (status.value.is === 'closed') {
          reject(new Closed(closedHere));
          return;
        }
        const stop = expect(id, (answer) => {
          end();
          if (answer.type === 'error')
            reject(new Refused(answer.code, action, String(message.room ?? ''), answer.message));
          else resolve(answer);
        });
        const timer = clock.after(limit, () => {
          end();
          // Of a text to somebody nothing is heard when all is well.
          if (limit === tellLimit) resolve(undefined);
          else reject(new Uncertain(action, String(message.room ?? '')));
        });
        const end = () => {
          stop();
          timer();
        };
        send({ ...message, id } as ClientMessage);
      };
      if (link.session?.live || status.value.is === 'closed') begin();
      else waiting.push(['', begin]);
    });

  void keep?.load().then((actions) => {
    for (const action of actions)
      memberOf(action.room)
        .outbox.resume(action)
        .catch((why: Error) => options.onLost?.(action, why));
  });

  const wake = () => link.wake();
  const page = globalThis as { addEventListener?: (type: string, listener: () => void) => void };
  const document = (globalThis as { document?: typeof page }).document;
  page.addEventListener?.('online', wake);
  document?.addEventListener?.('visibilitychange', wake);

  return {
    get status() {
      return status.value;
    },
    get user() {
      return user.value;
    },
    get connection() {
      return connection.value;
    },
    get roundTrip() {
      return roundTrip.value;
    },
    join: <const Name extends string>(name: Name) => memberOf(name).room as unknown as Room<KindOf<K, Name>>,
    tell: async (to, room, message) => {
      if (joining.has(room)) await new Promise<void>((arrived) => waiting.push([room, arrived]));
      await ask({ action: 'sendMessage', to, room, message }, tellLimit);
    },
    ask: (message) => ask(message),
    hear: (listener) => {
      hearers.add(listener);
      return () => void hearers.delete(listener);
    },
    watch: (listener) => {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    cut: (ms) => link.cut(ms),
    subscribe: listeners.subscribe,
    close: () => {
      link.close(closedHere);
      for (const member of [...members.values()]) member.close(closedHere);
      arrive('');
    },
  };
};
