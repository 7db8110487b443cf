import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../../domain/errors.ts';
import { type Checked, failed, parseRequest } from '../../domain/message.ts';
import { senderOf } from '../../domain/pace.ts';
import { serverMessage } from '../../domain/protocol.ts';
import type { Registry } from '../../domain/registry.ts';
import { membershipRequest } from '../../domain/requests.ts';
import type { User } from '../../domain/user.ts';
import type { Connections } from '../../store/connections.ts';
import type { Log } from '../../store/log.ts';
import type { Post } from '../post.ts';
import type { SlowDown } from '../slow-down.ts';
import { done, type RouteResult, type SocketEvent } from '../socket.ts';
import type { Tell } from '../tell.ts';
import type { UserOf } from '../user.ts';
import type { Allowance } from './allowance.ts';
import { catchUp } from './catch-up.ts';

export interface MembershipDeps {
  readonly registry: Registry;
  readonly userOf: UserOf;
  readonly admits: (user: User, room: string) => boolean;
  readonly connections: Pick<Connections, 'join' | 'leave'>;
  readonly log: Pick<Log, 'latest' | 'pagesBack'>;
  readonly allowance: Allowance;
  readonly slowDown: SlowDown;
  readonly post: Post;
  readonly tell: Tell;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

type Room = NonNullable<ReturnType<Registry['find']>>;

/** The room that is meant, or what is wrong with its name: the rules say which ids there are, and may fail on one. */
const roomOf = (registry: Registry, name: string, id: string | undefined): Checked<Room> => {
  try {
    const value = registry.find(name);
    if (value) return { ok: true, value };
  } catch (thrown) {
    return failed(thrown, id);
  }
  const detail = 'A room is named <kind>/<id>, and some kinds have only certain ids.';
  return { ok: false, error: clientError('no-such-room', detail, id) };
};

/**
 * Routes `join`, `leave` and `sync`. Joining writes the membership first and reads the log afterwards, both consistently; a
 * fold commits first and reads the memberships afterwards. So of every event either the cast finds the member, or the
 * member's reading finds the event: a cast may come twice, never not at all.
 */
export const membershipHandler =
  (deps: MembershipDeps) =>
  async (event: SocketEvent): Promise<RouteResult> => {
    const { registry, userOf, admits, connections, allowance, slowDown, post, tell, logger } = deps;
    const { body = '', requestContext } = event;
    const { connectionId } = requestContext;
    const asked = parseRequest(body, membershipRequest);
    if (!asked.ok) {
      await tell(connectionId, asked.error);
      return done;
    }
    const request = asked.value;
    const { action, id } = request;
    const found = roomOf(registry, request.room, id);
    if (!found.ok) {
      if (found.fault) logger.error('the rules failed on a message', { body, fault: found.fault });
      await tell(connectionId, found.error);
      return done;
    }
    const { kind, room } = found.value;
    const user = userOf(event, request.action === 'leave' ? undefined : request.user);
    if (request.action !== 'leave' && !admits(user, room)) {
      await tell(connectionId, clientError('forbidden', `Your token does not let you into ${room}.`, id));
      return done;
    }
    const sender = senderOf({ by: user.name, connection: connectionId });
    if (!allowance.take({ connection: connectionId, sender, action, room })) {
      await slowDown(connectionId, id);
      return done;
    }
    try {
      if (request.action === 'leave') {
        await connections.leave(room, connectionId);
        await post(connectionId, serverMessage({ type: 'left', room }));
      } else {
        const joined = action === 'join' ? await connections.join(room, connectionId) : 'joined';
        if (joined === 'unknown') throw new Error('There is no record of the connection.');
        if (joined === 'too-many-rooms') {
          await tell(connectionId, clientError('too-many-rooms', undefined, id));
          return done;
        }
        const { messages, bytes } = await catchUp(deps.log, room, kind, request);
        allowance.spend(sender, bytes);
        for (const message of messages) {
          const posted = await post(connectionId, message);
          if (posted.outcome === 'gone') break;
          if (posted.outcome !== 'sent') throw new Error('The answer could not be posted.', { cause: posted });
        }
      }
      logger.info(action, { room, connection: connectionId, ...('since' in request && { since: request.since }) });
    } catch (cause) {
      logger.error(`could not ${action}`, { room, connection: connectionId, cause });
      await tell(connectionId, clientError('unavailable', undefined, id));
    }
    return done;
  };
