import type { Logger } from '@aws-lambda-powertools/logger';
import type { ParsedAction } from '../../domain/action.ts';
import { clientError } from '../../domain/errors.ts';
import type { Draft } from '../../domain/event.ts';
import { senderOf } from '../../domain/pace.ts';
import type { Registry } from '../../domain/registry.ts';
import type { User } from '../../domain/user.ts';
import type { Heads } from '../../store/heads.ts';
import type { Sockets } from '../post.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';
import type { Tell } from '../tell.ts';
import type { UserOf } from '../user.ts';
import type { Throttle } from './throttle.ts';

export interface AppendDeps {
  readonly parse: (body: string) => ParsedAction;
  readonly userOf: UserOf;
  readonly admits: (user: User, room: string) => boolean;
  readonly heads: Pick<Heads, 'append'>;
  readonly registry: Pick<Registry, 'kindOf'>;
  readonly throttle: Throttle;
  readonly tell: Tell;
  readonly close: Sockets['close'];
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whether a user may have one more message. If not, its connection is told so; one that goes on all the same is closed. */
const mayPass = async (
  { registry, throttle, tell, close, logger }: AppendDeps,
  connection: string,
  user: User,
  action: ParsedAction,
): Promise<boolean> => {
  const sender = senderOf({ by: user.name, connection });
  const pass = throttle({ connection, sender, kind: action.ok ? registry.kindOf(action.room) : undefined });
  if (pass === 'slow-down') {
    await tell(connection, clientError('slow-down', undefined, action.ok ? action.id : action.error.id));
    logger.info('refused a message', { connection, code: 'slow-down' });
  } else if (pass === 'abuse') {
    logger.warn('closed a connection that sends too much', { connection, ...(await close(connection)) });
  }
  return pass === 'free';
};

/** Any route of a kind: puts the client's action on its room's log. */
export const appendHandler =
  (deps: AppendDeps) =>
  async (socketEvent: SocketEvent): Promise<RouteResult> => {
    const { body = '', requestContext } = socketEvent;
    const { connectionId, requestId, requestTimeEpoch } = requestContext;
    const { parse, userOf, admits, heads, tell, logger, now } = deps;
    const began = now();
    const action = parse(body);
    const user = userOf(socketEvent, action.ok ? action.user : undefined);
    if (!(await mayPass(deps, connectionId, user, action))) return done;
    if (!action.ok) {
      await tell(connectionId, action.error);
      if (action.fault) logger.error('the rules failed on a message', { body, fault: action.fault });
      else logger.info('refused a message', { connection: connectionId, code: action.error.code });
      return done;
    }
    const { room, draft, id } = action;
    if (!admits(user, room)) {
      await tell(connectionId, clientError('forbidden', `Your token does not let you into ${room}.`, id));
      logger.info('refused a message', { connection: connectionId, code: 'forbidden', room });
      return done;
    }
    const sender = { by: user.name, connection: connectionId, at: requestTimeEpoch, appended: now() };
    const event: Draft = { ...sender, ...draft, ...(id === undefined ? { id: requestId } : { id, ack: true }) };
    try {
      const seq = await heads.append(room, event);
      logger.info('appended', { room, seq, id: event.id, type: event.type, ms: now() - began });
    } catch (cause) {
      logger.error('could not append', { room, id: event.id, cause });
      await tell(connectionId, clientError('unavailable', undefined, id));
    }
    return done;
  };
