import { backoff, createTimer } from './clock.ts';
import { createSession, type Session, type SessionListener } from './session.ts';
import type { Clock, Options, Socket, Status } from './types.ts';

export interface LinkOptions extends Pick<Options<never>, 'token' | 'user'> {
  readonly url: string;
  readonly socket: (url: string, protocols: string[]) => Socket;
  readonly clock: Clock;
  readonly random: () => number;
  readonly status: (status: Status) => void;
  readonly listener: Omit<SessionListener, 'live' | 'end'>;
  /** A connection is there, the first or another: rooms are to be joined on it. */
  readonly live: (session: Session) => void;
  /** None is there any more. */
  readonly lost: (why: string) => void;
}

/** Keeps a connection: opens it again when it ends, and another one before it has to. */
export interface Link {
  /** The one that is spoken on. */
  readonly session: Session | undefined;
  /** The subject of the token. */
  readonly subject: string | undefined;
  /** The connection before the present one has nothing more to say: all rooms are known on the present one. */
  retire(): void;
  /** Tries at once instead of waiting, or asks whether the connection is still there: the network is back, or the page. */
  wake(): void;
  cut(ms: number): void;
  close(why: string): void;
}

/** After a connection that lived so long (ms), delays start with the shortest again. */
const steadyAfter = 5_000;
/** API Gateway closes every connection after two hours: another one is opened some minutes before. */
const renewAfter = 110 * 60_000;
/** A token that is about to end is exchanged so long (ms) before. */
const tokenMargin = 60_000;
/** A connection that was replaced is heard for so long (ms) at most. */
const retireAfter = 10_000;

/** What a token says that can be read without its key. The server verifies it; this is for our own planning. */
const claimsOf = (token: string): { readonly sub?: unknown; readonly exp?: unknown } => {
  try {
    const [, payload = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
};

const whyOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

export const createLink = (options: LinkOptions): Link => {
  const { url, token, user, socket, clock, random, status, listener } = options;
  const retry = createTimer(clock);
  const renewal = createTimer(clock);
  const steady = createTimer(clock);
  const retiring = createTimer(clock);
  let current: Session | undefined;
  /** One that is being opened, to take the place of the present one or of none. */
  let next: Session | undefined;
  let old: Session | undefined;
  let subject: string | undefined;
  let failures = 0;
  let attempt = 0;
  let closed = false;
  let cutUntil = 0;

  const again = (why: string): void => {
    if (closed) return;
    const wait = Math.max(backoff(failures, random), cutUntil - clock.now());
    failures += 1;
    if (!current) status({ is: 'connecting', why, until: clock.now() + wait });
    retry.set(wait, () => void begin());
  };

  const ended = (why: string, session: Session): void => {
    if (session === old) old = undefined;
    if (session === next) {
      next = undefined;
      again(why);
    }
    if (session !== current) return;
    current = undefined;
    steady.clear();
    renewal.clear();
    options.lost(why);
    if (!next) again(why);
  };

  const live = (session: Session, expires: number | undefined): void => {
    next = undefined;
    old?.end('replaced');
    old = current;
    current = session;
    retiring.set(retireAfter, link.retire);
    steady.set(steadyAfter, () => {
      failures = 0;
    });
    const tokenEnds = expires === undefined ? Number.POSITIVE_INFINITY : expires * 1000 - tokenMargin - clock.now();
    renewal.set(Math.max(1000, Math.min(renewAfter - random() * 300_000, tokenEnds)), () => void begin());
    status({ is: 'live' });
    options.live(session);
  };

  const begin = async (): Promise<void> => {
    if (closed || next) return;
    const own = ++attempt;
    if (!current) status({ is: 'connecting' });
    const target = new URL(url);
    const protocols = ['foldcast.v1'];
    let expires: number | undefined;
    try {
      if (token) {
        const text = await token();
        if (closed || own !== attempt) return;
        protocols.push(`auth.${text}`);
        const { sub, exp } = claimsOf(text);
        subject = typeof sub === 'string' ? sub : undefined;
        expires = typeof exp === 'number' ? exp : undefined;
      } else if (user !== undefined) target.searchParams.set('user', user);
      const session = createSession(socket(target.href, protocols), clock, {
        ...listener,
        live: (each) => live(each, expires),
        end: ended,
      });
      next = session;
    } catch (cause) {
      again(whyOf(cause));
    }
  };

  const link: Link = {
    get session() {
      return current;
    },
    get subject() {
      return subject;
    },
    retire: () => {
      retiring.clear();
      old?.end('replaced');
    },
    wake: () => {
      if (cutUntil > clock.now()) return;
      if (current) current.probe();
      else if (!next) void begin();
    },
    cut: (ms) => {
      cutUntil = clock.now() + ms;
      failures = 0;
      const why = 'the network is cut';
      for (const session of [old, next, current]) session?.end(why);
      if (!current && !next) again(why);
    },
    close: (why) => {
      closed = true;
      for (const timer of [retry, renewal, steady, retiring]) timer.clear();
      for (const session of [old, next, current]) session?.end(why);
      status({ is: 'closed', why });
    },
  };
  void begin();
  return link;
};
