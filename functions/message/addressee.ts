import { clientError } from '../../domain/errors.ts';
import type { Member } from '../../domain/kind.ts';
import type { Checked } from '../../domain/message.ts';
import type { DirectRequest, UserRequest } from '../../domain/protocol.ts';
import type { Registry } from '../../domain/registry.ts';
import type { Connections } from '../../store/connections.ts';
import type { Auth } from '../user.ts';

export interface AddresseeDeps {
  readonly auth: Auth;
  readonly registry: Pick<Registry, 'find'>;
  readonly connections: Pick<Connections, 'get' | 'members'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The connections that a message is for, or why it goes to none. */
type Addressee = Checked<readonly Member[]>;

const wrong = (...reason: Parameters<typeof clientError>): Addressee => ({ ok: false, error: clientError(...reason) });

/** As API Gateway names connections. Anything else has no place in the path of a post: `..` would lead to another resource. */
const connectionName = /^[\w+/-]+=*$/;

/** All connections of a user in a room that the sender is in as well. */
export const userInRoom = async (
  { registry, connections }: AddresseeDeps,
  sender: string,
  { to, room: asked, id }: UserRequest,
): Promise<Addressee> => {
  const room = registry.find(asked)?.room;
  if (room === undefined) return wrong('no-such-room', 'A room is named <kind>/<id>.', id);
  const members = await connections.members(room);
  if (!members.some(({ connection }) => connection === sender))
    return wrong('forbidden', `Join ${room} to write to who is in it.`, id);
  const value = members.filter(({ connection, user = connection }) => user === to);
  return value.length > 0 ? { ok: true, value } : wrong('no-such-user', undefined, id);
};

/**
 * One connection by its id, as the published systems have it. Where people sign in that is for the plain wire, and among members of
 * one room: to anybody else a connection is as good as none.
 */
export const oneConnection = async (
  { auth, connections, now }: AddresseeDeps,
  sender: string,
  { connectionId: connection, id }: DirectRequest,
): Promise<Addressee> => {
  if (!connectionName.test(connection)) return wrong('no-such-connection', undefined, id);
  const target = await connections.get(connection);
  // No record means that the connection is most likely gone. It is queued all the same: the post will tell, and then the sender is told.
  const value = [{ connection, wire: target?.wire ?? 'plain' }];
  if (auth === 'none') return { ok: true, value };
  const own = await connections.get(sender);
  if (own?.wire !== 'plain') return wrong('forbidden', 'Name a user as "to", and a "room" that you are both in.', id);
  const isNear = target?.rooms.some((room) => own.rooms.includes(room));
  const isOver = target?.expiresAt !== undefined && target.expiresAt <= now();
  return isNear && !isOver ? { ok: true, value } : wrong('no-such-connection', undefined, id);
};
