import type { Logger } from '@aws-lambda-powertools/logger';
import { type ClientError, clientError } from '../../domain/errors.ts';
import { check, parseMessage } from '../../domain/message.ts';
import type { RouteResult, SocketEvent } from '../socket.ts';
import { safeName, type UploadLimits, uploadSchema } from './request.ts';

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

/** The answer to a client that may upload. */
export interface UploadAnswer {
  readonly type: 'upload';
  /** The client's own, where it gave one. */
  readonly id?: string;
  readonly url: string;
  readonly method: 'PUT';
  /** To send with it. `content-length` is signed as well; whatever sends a body sets it itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bucketKey: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Seconds within which the upload has to begin, long enough for a bad connection. An upload that has begun may take longer. */
const expiresIn = 300;

const reply = (body: UploadAnswer | ClientError): RouteResult => ({ statusCode: 200, body: JSON.stringify(body) });

/**
 * Route `upload`: gives the sender a presigned URL, as the route's response. The key has a part that nobody can guess, so
 * nobody overwrites what another one has put there. Who hears of the file is the business of the bucket's notifications.
 */
export const uploadHandler = ({ prefix, presign, newId, logger, ...limits }: UploadDeps) => {
  const schema = uploadSchema(limits);
  return async ({ body = '', requestContext: { connectionId } }: SocketEvent): Promise<RouteResult> => {
    const parsed = parseMessage(body);
    const asked = parsed.ok ? check(schema, parsed.message, parsed.id) : parsed;
    if (!asked.ok) {
      logger.info('refused an upload', { connection: connectionId, code: asked.error.code });
      return reply(asked.error);
    }
    const id = parsed.ok ? parsed.id : undefined;
    const { name, type, size } = asked.value;
    const key = `${prefix}${newId()}/${safeName(name)}`;
    try {
      const url = await presign({ key, type, size, expiresIn });
      logger.info('permitted an upload', { connection: connectionId, key, type, size });
      const headers = { 'content-type': type };
      return reply({
        type: 'upload',
        ...(id !== undefined && { id }),
        url,
        method: 'PUT',
        headers,
        bucketKey: key,
        expiresIn,
      });
    } catch (cause) {
      logger.error('could not presign an upload', { key, cause });
      return reply(clientError('unavailable', undefined, id));
    }
  };
};
