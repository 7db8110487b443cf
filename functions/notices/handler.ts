import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Event, S3EventRecord } from 'aws-lambda';
import type { Draft } from '../../domain/event.ts';
import { unfitValue } from '../../domain/json-text.ts';
import type { Heads } from '../../store/heads.ts';

export interface NoticesDeps {
  /** The room that is told. */
  readonly room: string;
  readonly heads: Pick<Heads, 'append'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

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

/** The event of a record; undefined for what is neither a creation nor a removal, such as a change of tags. */
const draftOf = (record: S3EventRecord): Draft | undefined => {
  const { eventName, eventTime, s3 } = record;
  const [, type] = types.find(([prefix]) => eventName.startsWith(prefix)) ?? [];
  if (type === undefined) return undefined;
  const { key, size, sequencer } = s3.object;
  return {
    id: idOf(record),
    type,
    // Records of removed objects have no size, whatever the types say.
    data: { bucketName: s3.bucket.name, bucketKey: decodedKey(key), sequencer, ...(type === 'created' && { size }) },
    by: 's3',
    connection: '',
    at: Date.parse(eventTime),
    // Lambda may deliver the record again minutes later. `retry` makes the fold look for its id beyond the latest page.
    retry: true,
  };
};

/** The same, but `undefined` for a key that is no text: whoever put the object there gave it none that can be told. */
const readableDraftOf = (record: S3EventRecord, logger: NoticesDeps['logger']): Draft | undefined => {
  try {
    const draft = draftOf(record);
    if (draft === undefined) logger.warn('no notice of an event of this sort', { eventName: record.eventName });
    const unfit = draft && unfitValue(draft.data);
    if (unfit !== undefined) throw new Error(unfit);
    return draft;
  } catch (cause) {
    logger.error('no notice of an object whose key is no text', { key: record.s3.object.key, cause });
    return undefined;
  }
};

/** The bucket's notifications: puts one event for each record on the room's log. Rejects for all to come again. */
export const noticesHandler =
  ({ room, heads, logger }: NoticesDeps) =>
  async ({ Records: records = [] }: S3Event): Promise<void> => {
    for (const record of records) {
      const draft = readableDraftOf(record, logger);
      if (draft === undefined) continue;
      const seq = await heads.append(room, draft);
      logger.info('appended', { room, seq, id: draft.id, type: draft.type });
    }
  };
