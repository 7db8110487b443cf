import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../../domain/errors.ts';
import { parseRequest } from '../../domain/message.ts';
import { serverMessage } from '../../domain/protocol.ts';
import { type UploadLimits, uploadRequest } from '../../domain/requests.ts';
import { type RouteResult, reply, type SocketEvent } from '../socket.ts';
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
  readonly newId: () => string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Seconds within which the upload has to begin, long enough for a bad connection. An upload that has begun may take longer. */
const expiresIn = 300;

/**
 * Route `upload`: gives the sender a presigned URL, as the route's response. The key has a part that nobody can guess, so
 * nobody overwrites what another one has put there. Who hears of the file is the business of the bucket's notifications.
 */
export const uploadHandler = ({ prefix, presign, newId, logger, ...limits }: UploadDeps) => {
  const schema = uploadRequest(limits);
  return async ({ body = '', requestContext: { connectionId } }: SocketEvent): Promise<RouteResult> => {
    const asked = parseRequest(body, schema);
    if (!asked.ok) {
      logger.info('refused an upload', { connection: connectionId, code: asked.error.code });
      return reply(serverMessage(asked.error));
    }
    const { name, type, size, id } = asked.value;
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
