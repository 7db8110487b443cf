import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../../domain/errors.ts';
import { parseRequest } from '../../domain/message.ts';
import { serverMessage } from '../../domain/protocol.ts';
import { type UploadLimits, uploadRequest } from '../../domain/requests.ts';
import type { User } from '../../domain/user.ts';
import { type RouteResult, reply, type SocketEvent } from '../socket.ts';
import type { UserOf } from '../user.ts';
import { safeName } from './safe-name.ts';

/** A file that may be put into the bucket. */
export interface Permit {
  readonly key: string;
  readonly type: string;
  /** The exact size in bytes. */
  readonly size: number;
  /** Seconds within which the upload has to begin. */
  readonly expiresIn: number;
}

export interface UploadDeps extends UploadLimits {
  /** What all keys begin with; ends with a slash. */
  readonly prefix: string;
  /** A URL that takes a PUT of this file and of no other. */
  readonly presign: (permit: Permit) => Promise<string>;
  readonly userOf: UserOf;
  /** Whether a user may put files into the bucket. */
  readonly admits: (user: User) => boolean;
  readonly newId: () => string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Seconds within which the upload has to begin, long enough for a bad connection. An upload that has begun may take longer. */
const expiresIn = 300;

/**
 * Route `upload`: gives the sender a presigned URL, as the route's response. The key has a part that nobody can guess, so
 * nobody overwrites what another one has put there. Who hears of the file is the business of the bucket's notifications.
 */
export const uploadHandler = ({ prefix, presign, userOf, admits, newId, logger, ...limits }: UploadDeps) => {
  const schema = uploadRequest(limits);
  return async (event: SocketEvent): Promise<RouteResult> => {
    const { body = '', requestContext } = event;
    const { connectionId } = requestContext;
    const asked = parseRequest(body, schema);
    if (!asked.ok) {
      logger.info('refused an upload', { connection: connectionId, code: asked.error.code });
      return reply(serverMessage(asked.error));
    }
    const { name, type, size, id, user } = asked.value;
    if (!admits(userOf(event, user))) {
      logger.info('refused an upload', { connection: connectionId, code: 'forbidden' });
      return reply(serverMessage(clientError('forbidden', 'Your token does not let you upload.', id)));
    }
    const key = `${prefix}${newId()}/${safeName(name)}`;
    try {
      const url = await presign({ key, type, size, expiresIn });
      logger.info('permitted an upload', { connection: connectionId, key, type, size });
      return reply(
        serverMessage({
          type: 'upload',
          ...(id !== undefined && { id }),
          url,
          method: 'PUT',
          headers: { 'content-type': type },
          bucketKey: key,
          expiresIn,
        }),
      );
    } catch (cause) {
      logger.error('could not presign an upload', { key, cause });
      return reply(serverMessage(clientError('unavailable', undefined, id)));
    }
  };
};
