import * as z from 'zod/mini';
import { defineKind } from '../kind.ts';
import { withNewest } from '../newest.ts';

/** What the state keeps. A key may have 1,024 bytes of UTF-8 (S3), and six times that as JSON. */
const kept = { count: 200, bytes: 64 * 1024 };
/** What it keeps of objects that are gone: S3 may tell of their coming seconds after it told of their going. */
const keptRemoved = { count: 50, bytes: 16 * 1024 };

/** An object of a bucket: its key as it was given, not as notifications encode it. */
const object = z.object({
  bucketName: z.string(),
  bucketKey: z.string(),
  /** S3's own order of what happened to this key: the greater text is the later. Source: S3 user guide, "Event message structure". */
  sequencer: z.optional(z.string()),
});

/** A key of the bucket, and what happened to it last. */
interface LastChange {
  readonly key: string;
  readonly sequencer?: string;
}

/** An object that is in the bucket. */
interface KnownObject extends LastChange {
  /** In bytes, where S3 said so. */
  readonly size?: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly at: number;
}

interface FilesState {
  /** The newest at the end. */
  readonly objects: readonly KnownObject[];
  /** Objects that went, the last one at the end. */
  readonly removed: readonly LastChange[];
}

const none: FilesState = { objects: [], removed: [] };

/**
 * Rules of a watched bucket: everyone hears of every object that comes or goes. Only the bucket's notifications append. They come
 * in any order, and maybe twice: what is no newer than what is known of an object is refused.
 */
export const files = defineKind({
  name: 'files',
  actions: {},
  internal: { created: z.extend(object, { size: z.optional(z.number()) }), removed: object },
  roomOf: () => undefined,
  initial: none,
  refusal: ({ objects, removed }, { data: { bucketKey, sequencer } }) => {
    const last = [...objects, ...removed].find(({ key }) => key === bucketKey)?.sequencer;
    return last !== undefined && sequencer !== undefined && sequencer <= last ? 'stale' : undefined;
  },
  fold: (state, event) => {
    const { bucketKey: key, sequencer } = event.data;
    const change = { key, ...(sequencer !== undefined && { sequencer }) };
    const objects = state.objects.filter((each) => each.key !== key);
    const removed = state.removed.filter((each) => each.key !== key);
    if (event.type === 'removed') return { objects, removed: withNewest(removed, change, keptRemoved) };
    const { size } = event.data;
    return {
      objects: withNewest(objects, { ...change, ...(size !== undefined && { size }), at: event.at }, kept),
      removed,
    };
  },
  cast: 'events',
  plain: ({ events }) =>
    events.flatMap(({ type, data: { bucketName, bucketKey }, refused }) => {
      if (refused !== undefined) return [];
      const message = `"${bucketKey}" was ${type === 'created' ? 'added' : 'removed'}.`;
      return [JSON.stringify({ bucketName, bucketKey, message })];
    }),
});
