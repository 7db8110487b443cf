import type { ErrorCode } from './errors.ts';
import type { LoggedEvent } from './event.ts';
import { sizeOf } from './size.ts';

/**
 * Every message between a client and the server on the wire `foldcast.v1`, in both directions. Functions, pages, the client
 * library and tests take them from here, and nobody spells one out. For people: docs/protocol.md.
 */

/** Asks to be a member of a room (`join`), to be brought up to date (`sync`), or to be a member no longer (`leave`). */
export type MembershipRequest =
  | { readonly action: 'leave'; readonly room: string; readonly id?: string }
  | {
      readonly action: 'join' | 'sync';
      readonly room: string;
      readonly id?: string;
      /** The last `seq` that the client knows all about, and the history that it was told of it in. */
      readonly since?: number;
      readonly epoch?: string;
    };

/** Asks for a text to be handed to another connection. */
export interface DirectRequest {
  readonly action: 'sendMessage';
  readonly connectionId: string;
  readonly message: string;
  readonly id?: string;
}

/** Asks where to put a file of so many bytes. */
export interface UploadRequest {
  readonly action: 'upload';
  readonly name: string;
  /** A media type, such as `text/plain`. */
  readonly type: string;
  readonly size: number;
  readonly id?: string;
}

/** Asks for what the server answers at once: the connection's own id, or a sign of life. */
export interface SelfRequest {
  readonly action: 'whoAmI' | 'ping';
}

/** An action of a kind. */
export interface ActionMessage {
  readonly action: string;
  /** Where neither the kind nor the action implies it. */
  readonly room?: string;
  /** The client's own: with it the client is told what became of the action. Unique: a UUID serves. */
  readonly id?: string;
  /** Set when it may have arrived before. */
  readonly retry?: true;
  readonly [key: string]: unknown;
}

export type ClientMessage = MembershipRequest | DirectRequest | UploadRequest | SelfRequest | ActionMessage;

/** A client's message as it goes over the socket. */
export const clientMessage = (message: ClientMessage): string => JSON.stringify(message);

/** An event as members are sent it: what others need not know is left out. */
export type PublicEvent = Pick<LoggedEvent, 'seq' | 'id' | 'type' | 'data' | 'by' | 'at'>;

/** The state of a room. */
export interface StateMessage {
  readonly type: 'state';
  readonly room: string;
  /** Empty for a room that has no history yet. */
  readonly epoch: string;
  readonly version: number;
  readonly state: unknown;
}

/** The events of a room that count, of all those from `from` to `to`, ends included. */
export interface EventsMessage {
  readonly type: 'events';
  readonly room: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly events: readonly PublicEvent[];
  /** Set in the answer to `join` and `sync`: they make up for what was missed. */
  readonly recovered?: true;
}

/** An action counts: it is the event `seq`. */
export interface AckMessage {
  readonly type: 'ack';
  readonly room: string;
  readonly epoch: string;
  readonly id: string;
  readonly seq: number;
}

/** An action does not count, and the kind's or the fold's word for why. */
export interface RefusedMessage {
  readonly type: 'refused';
  readonly room: string;
  readonly epoch: string;
  readonly id: string;
  readonly seq: number;
  readonly reason: string;
}

/** What a client did wrong, or what could not be done for it. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ErrorCode;
  /** A sentence for a person. */
  readonly message: string;
  /** The client's own id of what it sent, where it gave one. */
  readonly id?: string;
  /** Of a refused action on the plain wire: its room, and why. */
  readonly room?: string;
  readonly reason?: string;
}

/** What another connection has to say. */
export interface DirectMessage {
  readonly type: 'message';
  readonly from: string;
  readonly message: string;
}

/** What an operator has to say to everyone. */
export interface NoticeMessage {
  readonly type: 'notice';
  readonly message: string;
}

/** The connection is a member of the room no longer. */
export interface LeftMessage {
  readonly type: 'left';
  readonly room: string;
}

/** The answer to `ping`. */
export interface PongMessage {
  readonly type: 'pong';
}

/** Where a client may put its file. */
export interface UploadMessage {
  readonly type: 'upload';
  readonly id?: string;
  readonly url: string;
  readonly method: 'PUT';
  /** To send with it. `content-length` is signed as well; whatever sends a body sets it itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bucketKey: string;
  /** Seconds in which the upload has to begin. */
  readonly expiresIn: number;
}

export type ServerMessage =
  | StateMessage
  | EventsMessage
  | AckMessage
  | RefusedMessage
  | ErrorMessage
  | DirectMessage
  | NoticeMessage
  | LeftMessage
  | PongMessage
  | UploadMessage;

/** A server's message as it goes over the socket. */
export const serverMessage = (message: ServerMessage): string => JSON.stringify(message);

export const publicEvent = ({ seq, id, type, data, by, at }: PublicEvent): PublicEvent => ({
  seq,
  id,
  type,
  data,
  by,
  at,
});

/** Bytes of events in one message: API Gateway takes 128 KB, and an event alone may have 32 KB and its envelope. */
const maxEventBytes = 90 * 1024;

/**
 * Messages that cover all of `seq` after `since` up to `to`, each with as many events as fit. `events`: those that count. At
 * least one message, so that a client whose events were all refused knows where it is, too.
 */
export const eventsMessages = ({
  since,
  to,
  events,
  ...more
}: Pick<EventsMessage, 'room' | 'epoch' | 'to' | 'events' | 'recovered'> & {
  readonly since: number;
}): readonly string[] => {
  const messages: string[] = [];
  let [from, size] = [since + 1, 0];
  let part: PublicEvent[] = [];
  const close = (end: number) => {
    const { room, epoch, ...rest } = more;
    messages.push(serverMessage({ type: 'events', room, epoch, from, to: end, ...rest, events: part }));
    [from, size, part] = [end + 1, 0, []];
  };
  for (const event of events) {
    const bytes = sizeOf(JSON.stringify(event));
    if (part.length > 0 && size + bytes > maxEventBytes) close(event.seq - 1);
    part.push(event);
    size += bytes;
  }
  close(to);
  return messages;
};

type Field = 'string' | 'number' | 'list' | 'any';

/** What a message of each type has at least. */
const fields: Readonly<Record<ServerMessage['type'], Readonly<Record<string, Field>>>> = {
  state: { room: 'string', epoch: 'string', version: 'number', state: 'any' },
  events: { room: 'string', epoch: 'string', from: 'number', to: 'number', events: 'list' },
  ack: { room: 'string', epoch: 'string', id: 'string', seq: 'number' },
  refused: { room: 'string', epoch: 'string', id: 'string', seq: 'number', reason: 'string' },
  error: { code: 'string', message: 'string' },
  message: { from: 'string', message: 'string' },
  notice: { message: 'string' },
  left: { room: 'string' },
  pong: {},
  upload: { url: 'string', method: 'string', headers: 'any', bucketKey: 'string', expiresIn: 'number' },
};

const has = (message: Readonly<Record<string, unknown>>, key: string, field: Field): boolean =>
  field === 'any' ? key in message : field === 'list' ? Array.isArray(message[key]) : typeof message[key] === field;

/**
 * Reads a message as a client does. `undefined` for what this version does not know, which a client passes over: newer
 * servers send more. Keys that it does not know stay in it.
 */
export const parseServerMessage = (text: string): ServerMessage | undefined => {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  const { type } = message;
  if (typeof type !== 'string' || !Object.hasOwn(fields, type)) return undefined;
  const wanted = Object.entries(fields[type as ServerMessage['type']]);
  return wanted.every(([key, field]) => has({ ...message }, key, field)) ? (message as ServerMessage) : undefined;
};
