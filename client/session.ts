import { clientMessage, parseServerMessage, type ServerMessage } from '../domain/protocol.ts';
import { createTimer } from './clock.ts';
import type { Clock, Socket } from './types.ts';

/** One connection, from the attempt to its end. */
export interface Session {
  /** Undefined before the server has said it. */
  readonly connection: string | undefined;
  readonly live: boolean;
  /** False where it can't be sent. */
  send(text: string): boolean;
  /** Asks for a sign of life: without one in ten seconds the connection is given up. */
  probe(): void;
  end(why: string): void;
}

export interface SessionListener {
  live(session: Session): void;
  message(message: ServerMessage, session: Session): void;
  /** Each text, as it went over the wire. */
  text(text: string, direction: 'in' | 'out'): void;
  roundTrip(ms: number): void;
  /** Once, whatever the reason. */
  end(why: string, session: Session): void;
}

/** An attempt that is not answered for so long (ms) is given up: browsers themselves wait for minutes. */
const attemptLimit = 10_000;
/** A connection that says nothing for so long (ms) after it was asked is half-open: the other side is gone. */
const silenceLimit = 10_000;
/** API Gateway closes a connection without a message for ten minutes; a sign of life costs two messages. */
const pingEvery = 4 * 60_000;

const open = 1;

export const createSession = (socket: Socket, clock: Clock, listener: SessionListener): Session => {
  const idle = createTimer(clock);
  const silence = createTimer(clock);
  let connection: string | undefined;
  let asked: number | undefined;
  let over = false;

  const session: Session = {
    get connection() {
      return connection;
    },
    get live() {
      return !over && socket.readyState === open;
    },
    send: (text) => {
      if (!session.live) return false;
      socket.send(text);
      listener.text(text, 'out');
      return true;
    },
    probe: () => {
      if (asked !== undefined) return;
      if (session.send(clientMessage({ action: connection === undefined ? 'whoAmI' : 'ping' }))) awaitSign();
    },
    end: (why) => {
      if (over) return;
      over = true;
      idle.clear();
      silence.clear();
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      listener.end(why, session);
    },
  };

  const listen = (): void => silence.set(silenceLimit, () => session.end('the server has fallen silent'));

  const awaitSign = (): void => {
    asked = clock.now();
    listen();
  };

  /** Anything that is heard is a sign of life, and puts off the next question. */
  const heard = (): void => {
    silence.clear();
    idle.set(pingEvery, session.probe);
  };

  silence.set(attemptLimit, () => session.end('the server does not answer'));
  socket.onopen = () => {
    heard();
    session.probe();
    listener.live(session);
  };
  socket.onclose = ({ reason }) => session.end(reason || 'the connection was lost');
  socket.onmessage = ({ data }) => {
    const text = String(data);
    heard();
    listener.text(text, 'in');
    const message = parseServerMessage(text);
    // The only bare text is the answer to `whoAmI`.
    const isAnswer = message?.type === 'pong' || (message === undefined && !text.startsWith('{'));
    if (isAnswer && asked !== undefined) {
      listener.roundTrip(clock.now() - asked);
      asked = undefined;
    } else if (asked !== undefined) listen();
    if (message) listener.message(message, session);
    else if (isAnswer) {
      connection = text;
      listener.message({ type: 'pong' }, session);
    }
  };
  return session;
};
