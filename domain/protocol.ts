import type { LoggedEvent } from './event.ts';
import { sizeOf } from './size.ts';

/**
 * Every message between a client and the server on the wire `foldcast.v1`, in both directions. Functions, pages, the client
 * library and tests take them from here, and nobody spells one out. For people: docs/protocol.md. The one message that is
 * not here is the answer to `whoAmI`: it is bare text.
 */

/** Asks to be a member of a room (`join`), or only to be brought up to date (`sync`). */
export interface JoinRequest {
  readonly action: 'join' | 'sync';
  readonly room: string;
  readonly id?: string;
  /** The last `seq` that the client knows all about. Of use only with the epoch that it counts in. */
  readonly since?: number;
  /** The epoch of the envelopes that told the client of `since`. */
  readonly epoch?: string;
  readonly user?: string;
}

/** Asks to be a member of a room no longer. */
export interface LeaveRequest {
  readonly action: 'leave';
  readonly room: string;
  readonly id?: string;
}

/** Asks for a text to be handed to a user who is in a room with the sender, on each of its connections there. */
export interface UserRequest {
  readonly action: 'sendMessage';
  readonly to: string;
  readonly room: string;
  readonly message: string;
  readonly id?: string;
  readonly user?: string;
}

/** Asks for a text to be handed to another connection: where nobody signs in, or on the plain wire. */
export interface DirectRequest {
  readonly action: 'sendMessage';
  readonly connectionId: string;
  readonly message: string;
  readonly id?: string;
  readonly user?: string;
}

/** Asks where to put a file of so many bytes. */
export interface UploadRequest {
  readonly action: 'upload';
  readonly name: string;
  /** A media type, such as `text/plain`. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly id?: string;
  readonly user?: string;
}

/** Asks for what the server answers at once: the connection's own id, or a sign of life. */
export interface SelfRequest {
  readonly action: 'whoAmI' | 'ping';
  readonly id?: string;
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
  /** What the sender calls itself, where nobody signs in: it acts as `~<user>`. Passed over where a token says who it is. */
  readonly user?: string;
  readonly [key: string]: unknown;
}

export type ClientMessage =
  | JoinRequest
  | LeaveRequest
  | UserRequest
  | DirectRequest
  | UploadRequest
  | SelfRequest
  | ActionMessage;

/** A client's message as it goes over the socket. */
export const clientMessage = (message: ClientMessage): string => JSON.stringify(message);

/** An event as members are sent it: what others need not know is left out. */
export type PublicEvent = Pick<LoggedEvent, 'seq' | 'id' | 'type' | 'data' | 'by' | 'at'>;

/** What others may know of an event. */
export const publicEvent = ({ seq, id, type, data, by, at }: PublicEvent): PublicEvent => ({
  seq,
  id,
  type,
  data,
  by,
  at,
});

/** The state of a room. */
export interface StateMessage {
  readonly type: 'state';
  readonly room: string;
  /** Which history of the room this is; empty for a room that has none yet. The same in every envelope. */
  readonly epoch: string;
  /** The `seq` of the last event in the state. */
  readonly version: number;
  /** The version of the kind's rules that the server goes by; absent for 1. Whoever has others takes states as they are said. */
  readonly rules?: number;
  readonly state: unknown;
  /** In an answer: of the `join` or `sync`, where it had one. */
  readonly id?: string;
}

/** The events of a room that count, of all those from `from` to `to`, ends included. */
export interface EventsMessage {
  readonly type: 'events';
  readonly room: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  /** As of a state: events of other rules than one's own are not to be folded by these. */
  readonly rules?: number;
  readonly events: readonly PublicEvent[];
  /** Set in the answer to `join` and `sync`: they make up for what was missed. */
  readonly recovered?: true;
  /** In an answer: of the `join` or `sync`, where it had one. */
  readonly id?: string;
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

/** What a client can be told that it did wrong. docs/protocol.md lists them. */
export const errorCodes = [
  'not-json',
  'no-action',
  'unknown-action',
  'invalid-action',
  'too-large',
  'no-such-room',
  'no-such-connection',
  'no-such-user',
  'forbidden',
  'expired',
  'too-many-rooms',
  'slow-down',
  'refused',
  'unavailable',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a client did wrong, or what could not be done for it. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ErrorCode;
  /** A sentence for a person. */
  readonly message: string;
  /** The client's own id of what it sent, where it gave one. */
  readonly id?: string;
  /** Of an action that was refused on the plain wire, which has no `refused`: its room, and the word for why. */
  readonly room?: string;
  readonly reason?: string;
}

/** What somebody else has to say. */
export interface DirectMessage {
  readonly type: 'message';
  /** The user. */
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
}: Pick<EventsMessage, 'room' | 'epoch' | 'to' | 'rules' | 'events' | 'recovered' | 'id'> & {
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

type Check = (value: unknown) => boolean;
type Shape<M> = { readonly [Key in keyof Omit<M, 'type'>]-?: Check };

const isText: Check = (value) => typeof value === 'string';
const isWhole: Check = (value) => Number.isSafeInteger(value);
const isThere: Check = (value) => value !== undefined;
const isTrue: Check = (value) => value === true;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasShape = (value: unknown, shape: Readonly<Record<string, Check>>): boolean =>
  isObject(value) &&
  Object.entries(shape).every(([key, check]) => check(Object.hasOwn(value, key) ? value[key] : undefined));

const event: Shape<PublicEvent> & { readonly type: Check } = {
  seq: isWhole,
  id: isText,
  type: isText,
  data: isThere,
  by: isText,
  at: Number.isFinite,
};

const shapes: { readonly [M in ServerMessage as M['type']]: Shape<M> } = {
  state: {
    room: isText,
    epoch: isText,
    version: isWhole,
    rules: optional(isWhole),
    state: isThere,
    id: optional(isText),
  },
  events: {
    room: isText,
    epoch: isText,
    from: isWhole,
    to: isWhole,
    rules: optional(isWhole),
    events: (value) => Array.isArray(value) && value.every((each) => hasShape(each, event)),
    recovered: optional(isTrue),
    id: optional(isText),
  },
  ack: { room: isText, epoch: isText, id: isText, seq: isWhole },
  refused: { room: isText, epoch: isText, id: isText, seq: isWhole, reason: isText },
  // A newer server may have more codes: the sentence beside one is for people, and true all the same.
  error: { code: isText, message: isText, id: optional(isText), room: optional(isText), reason: optional(isText) },
  message: { from: isText, message: isText },
  notice: { message: isText },
  left: { room: isText },
  pong: {},
  upload: {
    id: optional(isText),
    url: isText,
    method: (value) => value === 'PUT',
    headers: (value) => isObject(value) && Object.values(value).every(isText),
    bucketKey: isText,
    expiresIn: isWhole,
  },
};

const isType = (type: unknown): type is ServerMessage['type'] =>
  typeof type === 'string' && Object.hasOwn(shapes, type);

/** API Gateway's own errors ("Forbidden", "Internal server error") have no type, but always these keys. */
const gatewayError: Readonly<Record<string, Check>> = { message: isText, connectionId: isText, requestId: isText };

/**
 * Reads a message as a client does. Never throws. `undefined` for what this version does not know, which a client passes
 * over: newer servers send more. Keys that it does not know stay in it. API Gateway's own errors are read as `unavailable`:
 * nobody knows whether what they answer was done.
 */
export const parseServerMessage = (text: string): ServerMessage | undefined => {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(message)) return undefined;
  if (isType(message.type)) {
    return hasShape(message, shapes[message.type]) ? (message as unknown as ServerMessage) : undefined;
  }
  return message.type === undefined && hasShape(message, gatewayError)
    ? { type: 'error', code: 'unavailable', message: String(message.message) }
    : undefined;
};
