import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws.ts';

/** A request to S3, whichever way it names its bucket. */
export interface S3Request {
  readonly method: string;
  /** As it was sent, still encoded: what signatures are made over. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Empty for what is about no bucket, or about none in particular. */
  readonly bucket: string;
  readonly key: string;
}

/** S3's longest key, in bytes of UTF-8. Source: S3 user guide, "Naming Amazon S3 objects". */
const longestKey = 1024;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
};

/** The bucket of a virtual-hosted request, such as `uploads.localhost:3000`. */
export const bucketOfHost = (host = ''): string | undefined => /^(.+)\.localhost(?::\d+)?$/.exec(host)?.[1];

/**
 * Reads where a request goes. Keys are taken as they are: S3 knows no `..` and no double slashes.
 * @throws AwsError InvalidURI, KeyTooLongError (400).
 */
export const readRequest = ({ method = 'GET', url = '/', headers }: IncomingMessage): S3Request => {
  const [path = '/', search = ''] = url.split(/\?(.*)/s);
  const hosted = bucketOfHost(headers.host);
  const [, first = '', rest = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const bucket = hosted ?? decoded(first);
  const key = decoded(hosted === undefined ? rest : path.slice(1));
  if (Buffer.byteLength(key) > longestKey) throw new AwsError('KeyTooLongError', 'Your key is too long', 400);
  return { method, path, query: Object.fromEntries(new URLSearchParams(search)), headers, bucket, key };
};
