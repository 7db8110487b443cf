import type { S3Event } from 'aws-lambda';
import { expect, it } from 'vitest';
import type { Draft } from '../../domain/event.ts';
import { noticesHandler } from '../../functions/notices/handler.ts';

const record = (eventName: string, key: string, sequencer = '01') => ({
  eventName,
  eventTime: '2026-11-20T10:00:00.500Z',
  s3: {
    bucket: { name: 'foldcast-dev-uploads-1a2b3c4' },
    object: { key, sequencer, ...(eventName.startsWith('ObjectCreated') && { size: 5 }) },
  },
});
const notify = async (records: readonly object[], append?: (draft: Draft) => void) => {
  const appended: Draft[] = [];
  const handler = noticesHandler({
    room: 'files/uploads',
    heads: {
      append: async (room, draft) => {
        expect(room).toBe('files/uploads');
        append?.(draft);
        return appended.push(draft);
      },
    },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  });
  await handler({ Records: records } as unknown as S3Event);
  return appended;
};

it('appends one event for every record, with its key decoded', async () => {
  const appended = await notify([
    record('ObjectCreated:Put', 'uploads/my+cat%2Bd%C3%B6g.txt'),
    record('ObjectCreated:CompleteMultipartUpload', 'b'),
    record('ObjectRemoved:Delete', 'c'),
    record('LifecycleExpiration:Delete', 'd'),
  ]);
  const bucketName = 'foldcast-dev-uploads-1a2b3c4';
  expect(appended.map(({ type, data }) => ({ type, data }))).toEqual([
    { type: 'created', data: { bucketName, bucketKey: 'uploads/my cat+dög.txt', sequencer: '01', size: 5 } },
    { type: 'created', data: { bucketName, bucketKey: 'b', sequencer: '01', size: 5 } },
    { type: 'removed', data: { bucketName, bucketKey: 'c', sequencer: '01' } },
    { type: 'removed', data: { bucketName, bucketKey: 'd', sequencer: '01' } },
  ]);
  expect(appended[0]).toMatchObject({
    by: 's3',
    connection: '',
    at: Date.parse('2026-11-20T10:00:00.500Z'),
    retry: true,
  });
});

it('[F6] gives a record the same id each time that it is delivered, and each record its own', async () => {
  const records = [
    record('ObjectCreated:Put', 'a', '01'),
    record('ObjectCreated:Put', 'a', '02'),
    record('ObjectRemoved:Delete', 'a', '02'),
    record('ObjectCreated:Put', 'b', '01'),
  ];
  const [first, again] = [await notify(records), await notify(records)];
  expect(again).toEqual(first);
  expect(new Set(first.map(({ id }) => id)).size).toBe(records.length);
});

it('has nothing to say of events of another sort, nor of none', async () => {
  expect(await notify([record('ObjectTagging:Put', 'a')])).toEqual([]);
  expect(await notify(undefined as never)).toEqual([]);
});

it('fails when an event cannot be appended, so that the notification comes again', async () => {
  const broken = () => {
    throw new Error('busy');
  };
  await expect(notify([record('ObjectCreated:Put', 'a')], broken)).rejects.toThrow('busy');
});

it.each(['half-\ud83d', '%', '%ED%A0%BD'])(
  '[F4] passes over an object whose key is no text, such as %j',
  async (key) => {
    const appended = await notify([record('ObjectCreated:Put', key), record('ObjectCreated:Put', 'b')]);
    expect(appended.map(({ data }) => (data as { bucketKey: string }).bucketKey)).toEqual(['b']);
  },
);
