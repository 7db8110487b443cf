import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { until } from './until.ts';

/** An event as members are sent it. */
export interface PublicEvent {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly at: number;
}

/** Any message of the wire `foldcast.v1`; each type has some of these. */
export interface Received {
  readonly type: string;
  readonly room?: string;
  readonly id?: string;
  readonly seq?: number;
  readonly reason?: string;
  readonly code?: string;
  readonly version?: number;
  readonly state?: unknown;
  /** Of `events` the first `seq`, of `message` the sender's id. */
  readonly from?: number | string;
  readonly to?: number;
  readonly events?: readonly PublicEvent[];
  readonly recovered?: true;
  readonly message?: string;
}

/** What a client knows of one room. */
export interface RoomView {
  /** The last `seq` that it knows all about; undefined before it was told anything. */
  version: number | undefined;
  state: unknown;
  /** All events that it was told of since it joined, in order, once each. */
  readonly events: PublicEvent[];
  /** Casts that came before what they follow. */
  readonly early: Received[];
  /** How often it found a gap and asked for what is in it. */
  syncs: number;
  waiting: boolean;
}

/** A client on the wire `foldcast.v1`, as docs/protocol.md says one is written, with nothing but a WebSocket. */
export interface Client {
  readonly socket: WebSocket;
  /** Every message so far that was JSON, and those that were not. */
  readonly messages: readonly Received[];
  readonly texts: readonly string[];
  /** The size of the largest message, in bytes. */
  largest(): number;
  room(name: string): RoomView;
  /** Joins, from what it knows of the room already (`since`), and waits until it is told where the room stands. */
  join(room: string, since?: number): Promise<void>;
  leave(room: string): Promise<void>;
  send(message: object | string): void;
  /** Sends an action under an id (a new one unless it has one) and waits until it is acknowledged or refused. */
  act(action: Readonly<Record<string, unknown>> & { readonly id?: string }): Promise<Received>;
  /** Waits for an answer to this id. */
  answer(id: string): Promise<Received>;
  close(): Promise<void>;
}

/** Casts come in any order: what looks like a gap mostly fills by itself within so many milliseconds. */
const patience = 2000;

const answers = new Set(['ack', 'refused', 'error']);

/** Takes what can be taken of the casts that came early. Returns whether any are left: then something is missing. */
const takeEvents = (view: RoomView): boolean => {
  const { early, events } = view;
  early.sort((a, b) => Number(a.from) - Number(b.from));
  while (view.version !== undefined) {
    const { version } = view;
    const next = early.findIndex(({ from, to }) => Number(from) <= version + 1 && Number(to) > version);
    if (next < 0) break;
    const [cast] = early.splice(next, 1);
    events.push(...(cast?.events ?? []).filter(({ seq }) => seq > version));
    view.version = Number(cast?.to);
  }
  early.splice(0, early.length, ...early.filter(({ to }) => Number(to) > (view.version ?? 0)));
  return view.version !== undefined && early.length > 0;
};

export const connectV1 = async (url: string): Promise<Client> => {
  const socket = new WebSocket(url, 'foldcast.v1');
  const messages: Received[] = [];
  const texts: string[] = [];
  const answered = new Map<string, Received>();
  const rooms = new Map<string, RoomView>();
  let largest = 0;
  const send: Client['send'] = (message) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const room = (name: string): RoomView => {
    const view = rooms.get(name) ?? {
      version: undefined,
      state: undefined,
      events: [],
      early: [],
      syncs: 0,
      waiting: false,
    };
    rooms.set(name, view);
    return view;
  };

  const take = (name: string, message: Received) => {
    const view = room(name);
    if (message.type === 'state') {
      view.waiting = false;
      if (view.version === undefined || Number(message.version) > view.version) {
        view.version = Number(message.version);
        view.state = message.state;
      }
    } else {
      if (message.recovered) view.waiting = false;
      view.early.push(message);
    }
    if (!takeEvents(view) || view.waiting) return;
    view.waiting = true;
    setTimeout(() => {
      view.waiting = false;
      if (view.early.length === 0 || socket.readyState !== WebSocket.OPEN) return;
      view.waiting = true;
      view.syncs += 1;
      send({ action: 'sync', room: name, since: view.version });
    }, patience).unref();
  };

  socket.on('message', (data) => {
    const text = String(data);
    largest = Math.max(largest, Buffer.byteLength(text));
    let message: Received;
    try {
      message = JSON.parse(text);
    } catch {
      texts.push(text);
      return;
    }
    messages.push(message);
    if (message.id !== undefined && answers.has(message.type)) answered.set(message.id, message);
    if ((message.type === 'state' || message.type === 'events') && message.room !== undefined)
      take(message.room, message);
  });
  await once(socket, 'open');

  const answer: Client['answer'] = async (id) => {
    await until(`an answer to ${id}`, () => answered.has(id), 120_000);
    return answered.get(id) as Received;
  };
  return {
    socket,
    messages,
    texts,
    largest: () => largest,
    room,
    send,
    answer,
    join: async (name, since) => {
      const view = room(name);
      view.version ??= since;
      view.waiting = true;
      send({ action: 'join', room: name, ...(view.version !== undefined && { since: view.version }) });
      await until(`${name} is joined`, () => !view.waiting, 60_000);
    },
    leave: async (name) => {
      const left = () => messages.filter(({ type, room: of }) => type === 'left' && of === name).length;
      const before = left();
      send({ action: 'leave', room: name });
      await until(`${name} is left`, () => left() > before);
    },
    act: (action) => {
      const id = action.id ?? randomUUID();
      answered.delete(id);
      send({ ...action, id });
      return answer(id);
    },
    close: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
};
