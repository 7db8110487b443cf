import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Event, S3EventRecord } from 'aws-lambda';
import type { Draft } from '../../domain/event.ts';
import type { Heads } from '../../store/heads.ts';
import { noticeOf } from '../../store/notices.ts';

export interface NoticesDeps {
  /** The room that is told. */
  readonly room: string;
  readonly heads: Pick<Heads, 'append'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** The event of a record; undefined for what nobody is told of. */
const draftOf = (record: S3EventRecord, logger: NoticesDeps['logger']): Draft | undefined => {
  try {
    const draft = noticeOf(record);
    if (draft === undefined) logger.warn('no notice of an event of this sort', { eventName: record.eventName });
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
      const draft = draftOf(record, logger);
      if (draft === undefined) continue;
      const seq = await heads.append(room, draft);
      logger.info('appended', { room, seq, id: draft.id, type: draft.type });
    }
  };
