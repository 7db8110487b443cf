import type { Logger } from '@aws-lambda-powertools/logger';
import type { ClientError } from '../domain/errors.ts';
import type { Post } from './post.ts';

/** Tells a client what it did wrong. Never rejects: a client that can't be reached has nobody to be told. */
export type Tell = (connection: string, error: ClientError) => Promise<void>;

export const createTell =
  (post: Post, logger: Pick<Logger, 'warn'>): Tell =>
  async (connection, error) => {
    const posted = await post(connection, JSON.stringify(error));
    if (posted.outcome !== 'sent') logger.warn('could not tell a client', { connection, code: error.code, ...posted });
  };
