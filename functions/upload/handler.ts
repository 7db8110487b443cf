import type { Logger } from '@aws-lambda-powertools/logger';
import { clientError } from '../../domain/errors.ts';
import { canRun } from '../../domain/media-type.ts';
import { parseRequest } from '../../domain/message.ts';
import { senderOf } from '../../domain/pace.ts';
import { serverMessage } from '../../domain/protocol.ts';
import { type UploadLimits, uploadRequest } from '../../domain/requests.ts';
import type { User } from '../../domain/user.ts';
import type { Buckets } from '../buckets.ts';
import { type RouteResult, reply, type SocketEvent } from '../socket.ts';
import type { UserOf } from '../user.ts';
import { safeName } from './safe-name.ts';

/** What is sent with a file, exactly so: all of it is signed. */
interface FileHeaders {
  readonly 'content-type': string;
  /** The first upload wins: S3 answers 412 to another one for a key that has a file. */
  readonly 'if-none-match': '*';
  /** Of what could run. A browser that is led to such a file keeps it, and opens no page, wherever the bucket is served. */
  readonly 'content-disposition'?: 'attachment';
}

/** A file that may be put into the bucket. */
export interface Permit {
  readonly key: string;
  readonly headers: FileHeaders;
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
  /** How many files each sender may still put there. */
  readonly allowance: Pick<Buckets, 'take'>;
  readonly newId: () => string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Seconds within which the upload has to begin, long enough for a bad connection. An upload that has begun may take longer. */
const expiresIn = 300;

const headersOf = (type: string): FileHeaders => ({
  'content-type': type,
  'if-none-match': '*',
  ...(canRun(type) && { 'content-disposition': 'attachment' }),
});

/**
 * Route `upload`: gives the sender a presigned URL, as the route's response. The key has a part that nobody can guess, so
 * nobody overwrites what another one has put there; nor does whoever comes by the URL, which is good for one upload. Who hears
 * of the file is the business of the bucket's notifications.
 */
export const uploadHandler = ({ prefix, presign, userOf, admits, allowance, newId, logger, ...limits }: UploadDeps) => {
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
    const sender = userOf(event, user);
    if (!admits(sender)) {
      logger.info('refused an upload', { connection: connectionId, code: 'forbidden' });
      return reply(serverMessage(clientError('forbidden', 'Your token does not let you upload.', id)));
    }
    if (!allowance.take(senderOf({ by: sender.name, connection: connectionId }))) {
      logger.info('refused an upload', { connection: connectionId, code: 'slow-down' });
      return reply(serverMessage(clientError('slow-down', undefined, id)));
    }
    const key = `${prefix}${newId()}/${safeName(name)}`;
    const headers = headersOf(type);
    try {
      const url = await presign({ key, headers, size, expiresIn });
      logger.info('permitted an upload', { connection: connectionId, key, type, size });
      return reply(
        serverMessage({
          type: 'upload',
          ...(id !== undefined && { id }),
          url,
          method: 'PUT',
          headers: { ...headers },
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
