import type { Delete } from './deleteObjects.ts';
import type { BucketStore } from './fauxqs.ts';
import type { Change } from './notifications/record.ts';

const creations: Readonly<Record<string, string>> = {
  PutObject: 'ObjectCreated:Put',
  CopyObject: 'ObjectCreated:Copy',
  CompleteMultipartUpload: 'ObjectCreated:CompleteMultipartUpload',
};

/** A call that may create or remove objects. */
interface Changing {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly deletes: Delete | undefined;
}

/**
 * Runs a call and tells what it changed. Deleting what is not there succeeds, and changes nothing.
 * `run` answers before it returns, so nothing else happens to the objects in between.
 */
export const changesBy = (
  store: BucketStore,
  { operation, bucket, key, deletes }: Changing,
  run: () => void,
): Change[] => {
  const eventName = creations[operation];
  if (eventName !== undefined) {
    run();
    const object = store.buckets.get(bucket)?.get(key);
    if (object === undefined) return [];
    return [{ eventName, bucket, key, size: object.contentLength, eTag: object.etag.replaceAll('"', '') }];
  }
  const named = operation === 'DeleteObject' ? [key] : (deletes?.Objects.map(({ Key }) => Key) ?? []);
  const there = [...new Set(named)].filter((each) => store.buckets.get(bucket)?.has(each));
  run();
  return there.map((each) => ({ eventName: 'ObjectRemoved:Delete', bucket, key: each }));
};
