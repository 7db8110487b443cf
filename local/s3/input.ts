import { Readable } from 'node:stream';
import type { Call } from '../aws.ts';
import type { Delete } from './deleteObjects.ts';

/** The members of a call that the engine works with. */
export interface S3Input {
  readonly bucket: string;
  readonly key: string;
  readonly deletes: Delete | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Read once, by the engine: whoever may not make the call is not listened to. */
  readonly body: Readable;
}

/**
 * A call's input: `Bucket`, `Key`, `CopySource` and `Delete` as S3's API names them, which decide whether the caller may;
 * `query`, `headers` and `Body` (a stream) for all that a REST request says in them.
 */
export const toCallInput = ({ bucket, key, deletes, query, headers, body }: S3Input): Call['input'] => ({
  ...(bucket !== '' && { Bucket: bucket }),
  ...(key !== '' && { Key: key }),
  ...(headers['x-amz-copy-source'] !== undefined && { CopySource: headers['x-amz-copy-source'] }),
  ...(deletes !== undefined && { Delete: deletes }),
  query,
  headers,
  Body: body,
});

/** What `toCallInput` made of it, back again; a call made on this machine may leave out what it has nothing to say in. */
export const toS3Input = (input: Call['input']): S3Input => ({
  bucket: typeof input.Bucket === 'string' ? input.Bucket : '',
  key: typeof input.Key === 'string' ? input.Key : '',
  deletes: input.Delete as Delete | undefined,
  query: (input.query ?? {}) as S3Input['query'],
  headers: (input.headers ?? {}) as S3Input['headers'],
  body: input.Body instanceof Readable ? input.Body : Readable.from([]),
});
