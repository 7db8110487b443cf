import { type User, unverified } from '../domain/user.ts';
import type { SocketEvent } from './socket.ts';

/** How people sign in to a stack: not at all, or with a token that function `authorize` has verified. */
export type Auth = 'none' | 'jwt';

/** What `authorize` says of a connection. API Gateway has it in every later event, and takes nothing but texts. */
export interface UserContext {
  readonly user: string;
  /** JSON of a list of patterns. */
  readonly rooms: string;
  /** When the token ends, in milliseconds since 1970. */
  readonly expiresAt: string;
}

/** Who sent an event. `own` is what it calls itself, which counts where nobody signs in. Reads nothing but the event. */
export type UserOf = (event: SocketEvent, own?: string) => User;

/** An event without what `authorize` says is of a connection made before the stack asked for tokens: it may do nothing any more. */
const nobody: User = { name: unverified, rooms: [], expiresAt: 0 };

const anonymous: UserOf = ({ requestContext: { connectionId } }, own) => ({
  name: own === undefined ? connectionId : `${unverified}${own}`,
  rooms: ['*'],
});

const verified: UserOf = ({ requestContext }) => {
  const { authorizer } = requestContext as { readonly authorizer?: UserContext };
  if (authorizer?.user === undefined) return nobody;
  const { user, rooms, expiresAt } = authorizer;
  return { name: user, rooms: JSON.parse(rooms) as string[], expiresAt: Number(expiresAt) };
};

export const createUserOf = (auth: Auth): UserOf => (auth === 'jwt' ? verified : anonymous);

/** Whether a user's token has ended. */
export const hasExpired = ({ expiresAt }: User, now: number): boolean => expiresAt !== undefined && expiresAt <= now;
