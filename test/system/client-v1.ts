import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import {
  type AckMessage,
  type ActionMessage,
  type ClientMessage,
  clientMessage,
  type ErrorMessage,
  parseServerMessage,
  type RefusedMessage,
  type ServerMessage,
} from '../../domain/protocol.ts';
import { createRoomView, type Known, type RoomView } from './room-view.ts';
import { until } from './until.ts';

/** What becomes of an action with an id. */
export type Answer = AckMessage | RefusedMessage | ErrorMessage;

/** A client on the wire `foldcast.v1`, as docs/protocol.md says one is written, with nothing but a WebSocket. */
export interface Client {
  readonly socket: WebSocket;
  /** Every message so far that the protocol knows, and the texts that it does not. */
  readonly messages: readonly ServerMessage[];
  readonly texts: readonly string[];
  /** The messages of one type so far. */
  heard<Type extends ServerMessage['type']>(type: Type): readonly Extract<ServerMessage, { type: Type }>[];
  /** The size of the largest message, in bytes. */
  largest(): number;
  room(name: string): RoomView;
  /** Joins, from what it knows of the room already, and waits until it is told where the room stands. */
  join(room: string, from?: Known): Promise<void>;
  leave(room: string): Promise<void>;
  send(message: ClientMessage): void;
  /** Sends an action under an id (a new one unless it has one) and waits until it is acknowledged or refused. */
  act(action: ActionMessage): Promise<Answer>;
  /** Sends an action that has to be acknowledged. Returns its `seq`. */
  append(action: ActionMessage): Promise<number>;
  /** Waits for an answer to this id. */
  answer(id: string): Promise<Answer>;
  close(): Promise<void>;
}

/** `token`: of who signs in. */
export const connectV1 = async (url: string, token?: string): Promise<Client> => {
  const socket = new WebSocket(url, ['foldcast.v1', ...(token === undefined ? [] : [`auth.${token}`])]);
  const messages: ServerMessage[] = [];
  const texts: string[] = [];
  const answered = new Map<string, Answer>();
  const rooms = new Map<string, RoomView>();
  let largest = 0;
  const send: Client['send'] = (message) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(clientMessage(message));
  };
  const room = (name: string): RoomView => {
    const view = rooms.get(name) ?? createRoomView(name, send);
    rooms.set(name, view);
    return view;
  };

  socket.on('message', (data) => {
    const text = String(data);
    largest = Math.max(largest, Buffer.byteLength(text));
    const message = parseServerMessage(text);
    if (!message) {
      texts.push(text);
      return;
    }
    messages.push(message);
    if (message.type === 'state' || message.type === 'events') room(message.room).take(message);
    if (message.type === 'ack' || message.type === 'refused') answered.set(message.id, message);
    if (message.type === 'error' && message.id !== undefined) answered.set(message.id, message);
  });
  await once(socket, 'open');

  const heard: Client['heard'] = (type) =>
    messages.filter((message): message is Extract<ServerMessage, { type: typeof type }> => message.type === type);
  const answer: Client['answer'] = async (id) => {
    await until(`an answer to ${id}`, () => answered.has(id), 120_000);
    return answered.get(id) as Answer;
  };
  const act: Client['act'] = (action) => {
    const id = action.id ?? randomUUID();
    answered.delete(id);
    send({ ...action, id });
    return answer(id);
  };
  return {
    socket,
    messages,
    texts,
    heard,
    largest: () => largest,
    room,
    send,
    answer,
    act,
    append: async (action) => {
      const answer = await act(action);
      if (answer.type !== 'ack') throw new Error(`${JSON.stringify(action)} was answered ${JSON.stringify(answer)}.`);
      return answer.seq;
    },
    join: async (name, from) => {
      const view = room(name);
      view.ask('join', from);
      await until(`${name} is joined`, () => !view.waiting, 60_000);
    },
    leave: async (name) => {
      const left = () => heard('left').filter((message) => message.room === name).length;
      const before = left();
      send({ action: 'leave', room: name });
      await until(`${name} is left`, () => left() > before);
    },
    close: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
};
