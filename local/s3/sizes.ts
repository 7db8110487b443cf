import { AwsError } from '../aws.ts';
import type { BodyRefusals } from '../door/body.ts';
import { busy } from '../door/sizes.ts';
import { throttled } from '../door/throttle.ts';

/** The largest object or part of one request, in bytes. S3 takes 5 GB; here it passes through memory, and larger objects come in parts. */
const longestObject = 512 * 1024 * 1024;
/** The longest list of objects or parts, in bytes: a thousand keys of 1 KB, in each of which all may be escaped, and their tags. */
const longestList = 8 * 1024 * 1024;

/** How much of a request's body is read, and what is answered to more. */
export const sizeOf = (operation: string): [most: number, BodyRefusals] => {
  const isObject = operation === 'PutObject' || operation === 'UploadPart';
  const tooLarge = () =>
    isObject
      ? new AwsError('EntityTooLarge', `The local S3 takes ${longestObject} bytes at once: upload in parts.`)
      : new AwsError('MaxMessageLengthExceeded', 'Your request was too large.');
  return [isObject ? longestObject : longestList, { tooLarge, busy: () => throttled('s3', busy) }];
};
