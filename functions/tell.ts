import type { Logger } from '@aws-lambda-powertools/logger';
import { type ErrorMessage, serverMessage } from '../domain/protocol.ts';
import type { CountRefused } from './metrics.ts';
import type { Post } from './post.ts';

/** Sends a client what it did wrong. Never rejects: if the client can't be reached, there is nobody left to tell. */
export type Tell = (connection: string, error: ErrorMessage) => Promise<void>;

export const createTell =
  (post: Post, logger: Pick<Logger, 'warn'>, countRefused: CountRefused): Tell =>
  async (connection, error) => {
    countRefused(error.code);
    const posted = await post(connection, serverMessage(error));
    if (posted.outcome !== 'sent') logger.warn('could not tell a client', { connection, code: error.code, ...posted });
  };
