import { AwsError } from '../aws.ts';
import type { StoredObject } from './fauxqs.ts';
import type { S3Input } from './input.ts';

/** The operations that end in an object under their key. */
const writes = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload']);

const textOf = (header: string | string[] | undefined): string | undefined =>
  header === undefined ? undefined : String(header);

/**
 * Holds what a write says of the object under its key against the one that is there: `If-None-Match: *` wants none, `If-Match` the
 * one with that ETag. fauxqs does not look. Source: S3 user guide, "How to prevent object overwrites with conditional writes".
 * @throws AwsError PreconditionFailed (412), NoSuchKey (404), NotImplemented (501) for an ETag that must not match.
 */
export const checkConditions = (operation: string, { headers }: S3Input, there: StoredObject | undefined): void => {
  if (!writes.has(operation)) return;
  const none = textOf(headers['if-none-match']);
  const match = textOf(headers['if-match']);
  if (none !== undefined && none !== '*') {
    throw new AwsError('NotImplemented', 'Of a write, If-None-Match has to be *.', 501);
  }
  if (match !== undefined && there === undefined) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }
  const holds =
    (none === undefined || there === undefined) &&
    (match === undefined || match.replaceAll('"', '') === there?.etag.replaceAll('"', ''));
  if (holds) return;
  throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
};
