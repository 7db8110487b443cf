import * as z from 'zod';
import { defineKind } from './kind.ts';
import { withNewest } from './newest.ts';

/** What the state keeps. A key may have 1,024 bytes of UTF-8 (S3), and six times that as JSON. */
const kept = { count: 200, bytes: 64 * 1024 };

/** An object of a bucket: its key as it was given, not as notifications encode it. */
const object = z.object({ bucketName: z.string(), bucketKey: z.string() });

/** An object that is in the bucket. */
interface KnownObject {
  readonly key: string;
  /** In bytes, where S3 said so. */
  readonly size?: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly at: number;
}

interface FilesState {
  /** The newest at the end. */
  readonly objects: readonly KnownObject[];
}

const none: FilesState = { objects: [] };

/** Rules of a watched bucket: everyone hears of every object that comes or goes. Only the bucket's notifications append. */
export const files = defineKind({
  name: 'files',
  actions: {},
  internal: { created: object.extend({ size: z.number().optional() }), removed: object },
  roomOf: () => undefined,
  initial: none,
  refusal: () => undefined,
  fold: ({ objects }, event) => {
    const { bucketKey: key } = event.data;
    const others = objects.filter((each) => each.key !== key);
    if (event.type === 'removed') return { objects: others };
    const { size } = event.data;
    return { objects: withNewest(others, { key, ...(size !== undefined && { size }), at: event.at }, kept) };
  },
  cast: 'events',
  plain: ({ events }) =>
    events.flatMap(({ type, data: { bucketName, bucketKey }, refused }) => {
      if (refused !== undefined) return [];
      const message = `"${bucketKey}" was ${type === 'created' ? 'added' : 'removed'}.`;
      return [JSON.stringify({ bucketName, bucketKey, message })];
    }),
});
