import { Logger } from '@aws-lambda-powertools/logger';
import { registry } from '../domain/registry.ts';
import { mayEnter, type User } from '../domain/user.ts';
import { env } from './env.ts';
import { guard } from './guard.ts';
import { createCountRefused } from './metrics.ts';
import { createSockets } from './post.ts';
import { createTell } from './tell.ts';
import { type Auth, createUserOf } from './user.ts';

/** How people sign in to this stack. */
export const auth = env('AUTH') as Auth;

export const userOf = createUserOf(auth);

/** Whether a user may join a room and act in it. */
export const admits = (user: User, room: string): boolean => mayEnter(user, room, registry);

/** Keeps a route from connections whose token has ended. Where nobody signs in it is the route itself. */
export const signedIn = (route: Parameters<ReturnType<typeof guard>>[0]): typeof route => {
  if (auth === 'none') return route;
  const logger = new Logger();
  const { post, close } = createSockets({ endpoint: env('MANAGEMENT_ENDPOINT') });
  return guard({ userOf, tell: createTell(post, logger, createCountRefused()), close, logger, now: Date.now })(route);
};
