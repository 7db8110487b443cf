/** The largest batch, in bytes of records. Source: Lambda developer guide, "Batching behavior": 6 MB payload limit. */
const payloadLimit = 6 * 1024 * 1024;

/** How many from the start of a list make one batch: as many as fit in size and payload, at least one. */
export const batchLength = (items: readonly { readonly bytes: number }[], batchSize: number): number => {
  let bytes = 0;
  for (let length = 0; length < items.length && length < batchSize; length++) {
    bytes += items[length]?.bytes ?? 0;
    if (bytes > payloadLimit) return Math.max(1, length);
  }
  return Math.min(items.length, batchSize);
};

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
