import { createHash } from 'node:crypto';
import type { S3Event, S3EventRecord } from 'aws-lambda';
import type { Draft } from '../domain/event.ts';
import { unfitValue } from '../domain/json-text.ts';

const types: readonly (readonly [prefix: string, type: string])[] = [
  ['ObjectCreated:', 'created'],
  ['ObjectRemoved:', 'removed'],
  ['LifecycleExpiration:Delete', 'removed'],
];

/** S3 writes keys as forms do: `+` is a space, and the rest percent-encoded UTF-8. */
const decodedKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));

/** An event's id that follows from the record: S3 and Lambda may deliver a record twice, and the fold counts an id once. */
const idOf = ({ eventName, s3: { bucket, object } }: S3EventRecord): string =>
  createHash('sha256')
    .update(JSON.stringify([bucket.name, object.key, object.sequencer, eventName]))
    .digest('base64url')
    .slice(0, 22);

/**
 * The event that a record of a bucket's notification is appended as; `undefined` for what is neither a creation nor a removal, such as
 * a change of tags. Throws for a key that is no text: whoever put the object there gave it none that can be told.
 */
export const noticeOf = (record: S3EventRecord): Draft | undefined => {
  const { eventName, eventTime, s3 } = record;
  const [, type] = types.find(([prefix]) => eventName.startsWith(prefix)) ?? [];
  if (type === undefined) return undefined;
  const { key, size, sequencer } = s3.object;
  // Records of removed objects have no size, whatever the types say.
  const data = {
    bucketName: s3.bucket.name,
    bucketKey: decodedKey(key),
    sequencer,
    ...(type === 'created' && { size }),
  };
  const unfit = unfitValue(data);
  if (unfit !== undefined) throw new Error(unfit);
  return {
    id: idOf(record),
    type,
    data,
    by: 's3',
    connection: '',
    at: Date.parse(eventTime),
    // Lambda may deliver the record again minutes later. `retry` makes the fold look for its id beyond the latest page.
    retry: true,
  };
};

/**
 * The records of a notification that Lambda gave up, from what it put into the queue for failures. Throws for what is none. Source: Lambda
 * developer guide, "Capturing records of asynchronous invocations".
 */
export const givenUpRecords = (body: string): readonly S3EventRecord[] => {
  const { requestPayload } = JSON.parse(body) as { readonly requestPayload?: S3Event };
  if (!Array.isArray(requestPayload?.Records)) throw new Error('It holds no notification of a bucket.');
  return requestPayload.Records;
};
