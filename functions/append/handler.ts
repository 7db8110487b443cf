import type { Logger } from '@aws-lambda-powertools/logger';
import type { ParsedAction } from '../../domain/action.ts';
import { clientError } from '../../domain/errors.ts';
import type { Draft } from '../../domain/event.ts';
import { senderOf } from '../../domain/pace.ts';
import type { Registry } from '../../domain/registry.ts';
import type { User } from '../../domain/user.ts';
import type { Heads } from '../../store/heads.ts';
import type { Buckets } from '../buckets.ts';
import type { Paces } from '../paces.ts';
import type { SlowDown } from '../slow-down.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';
import type { Tell } from '../tell.ts';
import type { UserOf } from '../user.ts';

export interface AppendDeps {
  readonly parse: (body: string, at: number) => ParsedAction;
  readonly userOf: UserOf;
  readonly admits: (user: User, room: string) => boolean;
  readonly heads: Pick<Heads, 'append'>;
  readonly registry: Pick<Registry, 'kindOf'>;
  readonly paces: Paces;
  /** Actions that take an id that there is only once. */
  readonly creations: Pick<Buckets, 'take'>;
  readonly slowDown: SlowDown;
  readonly tell: Tell;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Any route of a kind: puts the client's action on its room's log. */
export const appendHandler =
  ({ parse, userOf, admits, heads, registry, paces, creations, slowDown, tell, logger, now }: AppendDeps) =>
  async (socketEvent: SocketEvent): Promise<RouteResult> => {
    const { body = '', requestContext } = socketEvent;
    const { connectionId, requestId, requestTimeEpoch } = requestContext;
    const began = now();
    const action = parse(body, requestTimeEpoch);
    const user = userOf(socketEvent, action.ok ? action.user : undefined);
    const sender = senderOf({ by: user.name, connection: connectionId });
    const isFree = paces(sender, action.ok ? registry.kindOf(action.room) : undefined);
    if (!isFree || (action.ok && action.creates && !creations.take(sender))) {
      await slowDown(connectionId, action.ok ? action.id : action.error.id);
      return done;
    }
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
    const origin = { by: user.name, connection: connectionId, at: requestTimeEpoch, appended: now() };
    const event: Draft = { ...origin, ...draft, ...(id === undefined ? { id: requestId } : { id, ack: true }) };
    try {
      const seq = await heads.append(room, event);
      logger.info('appended', { room, seq, id: event.id, type: event.type, ms: now() - began });
    } catch (cause) {
      logger.error('could not append', { room, id: event.id, cause });
      await tell(connectionId, clientError('unavailable', undefined, id));
    }
    return done;
  };
