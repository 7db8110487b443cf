import type { Duplex } from 'node:stream';
import { type Connection, deliver, end } from './connection.ts';
import { disconnectEvent, messageEvent, type Subject } from './event.ts';
import { watchFrames } from './frames.ts';
import type { Integrate } from './integration.ts';
import { problem, responseTo } from './reply.ts';
import type { Waiting } from './waiting.ts';

/** What a session needs of the gateway around it. */
export interface SessionDeps {
  readonly integrate: Integrate;
  readonly waiting: Waiting;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called when the socket is closed, whoever closed it. */
  readonly closed: (connection: Connection) => void;
  /** Whether functions are still to be told of a connection that ended. */
  readonly tells: () => boolean;
}

/** Close codes of what `ws` itself ends a connection for; it hides the code behind an error. */
const protocolFaults: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
};

/** Tells `$disconnect`, whose answer is nobody's business: AWS calls it best effort too. */
export const tellDisconnected = (
  { integrate, now, tells }: SessionDeps,
  subject: Subject,
  code: number,
  reason: string,
): void => {
  const route = subject.stage.routes.get('$disconnect');
  if (route !== undefined && tells()) void integrate(route, disconnectEvent(subject, code, reason, now()));
};

const routeMessage = async (
  { integrate, now }: SessionDeps,
  connection: Connection,
  body: string,
  at: number,
): Promise<void> => {
  const { routes, selectKey } = connection.stage;
  const key = selectKey(body);
  const route = (key === undefined ? undefined : routes.get(key)) ?? routes.get('$default');
  const event = messageEvent(connection, route?.key ?? '$default', body, at);
  const { requestId } = event.requestContext;
  const answer =
    route === undefined
      ? problem(403, connection.id, requestId)
      : responseTo(await integrate(route, event), route.responds, connection.id, requestId);
  // A client that is gone, or does not read, misses its answer, as it would on AWS.
  if (answer !== undefined) deliver(connection, Buffer.from(answer), now());
};

/**
 * Messages of one connection that functions have at once. AWS starts one for each; here all share a few environments, and a socket
 * that is read 64 KB at a time may bring hundreds of messages: those of others would wait behind them.
 */
const atOnce = 8;

/** Starts work as it comes, so much of it at once, and the rest in its order as some is done. */
const inTurn = () => {
  const waiting: (() => Promise<unknown>)[] = [];
  let running = 0;
  const start = () => {
    const work = running < atOnce ? waiting.shift() : undefined;
    if (!work) return;
    running += 1;
    void work().finally(() => {
      running -= 1;
      start();
    });
  };
  return (work: () => Promise<unknown>): void => {
    waiting.push(work);
    start();
  };
};

/**
 * Serves an open connection until it is closed. Messages are handed on as they come, without waiting for the ones before,
 * as API Gateway does, but no more than `atOnce`. Pings are answered (by `ws`), but only messages keep a connection from being idle: AWS's quota page
 * does not say whether control frames count, so code that runs here does not lean on it.
 */
export const serve = (deps: SessionDeps, connection: Connection, stream: Duplex): void => {
  const { socket } = connection;
  const watch = watchFrames();
  const begin = inTurn();
  let received = 0;
  /** How many messages came before the frame that was too long; undefined while there was none. */
  let whole: number | undefined;

  const observe = (chunk: Buffer): void => {
    if (watch.feed(chunk)) return;
    stream.off('data', observe);
    if (connection.ending !== undefined) return;
    whole = watch.messages;
    end(connection, 1009, 'Message too long', deps.now());
  };
  // Before the listener of `ws`, which unmasks in place; `on` instead would set the stream flowing at once.
  stream.prependListener('data', observe);

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    received += 1;
    if (connection.ending !== undefined && received > (whole ?? 0)) return;
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
    if (isBinary) end(connection, 1003, 'Binary frames are not supported', deps.now());
    else {
      const at = deps.now();
      connection.lastActiveAt = at;
      const done = deps.waiting.begin(socket, data.length);
      begin(() => routeMessage(deps, connection, data.toString(), at).finally(done));
    }
  });
  socket.on('error', (error: Error & { code?: string }) => {
    if (!error.code?.startsWith('WS_ERR_')) return;
    connection.ending ??= { code: protocolFaults[error.code] ?? 1002, reason: error.message, at: deps.now() };
  });
  socket.on('close', (code, reason) => {
    deps.closed(connection);
    const ending = connection.ending ?? {
      code,
      reason: code === 1005 ? 'Client-side close frame status not set' : reason.toString(),
    };
    tellDisconnected(deps, connection, ending.code, ending.reason);
  });
};
