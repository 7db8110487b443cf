import { LRUCache } from 'lru-cache';
import { sizeOf } from '../../domain/size.ts';
import type { Remembered } from './commit.ts';
import type { Memory } from './room.ts';

/** What a function of 1,024 MB spares, in bytes. */
const maxSize = 400 * 1024 * 1024;
/** Bytes of heap for a byte of JSON, at worst: many small objects (measured with `[{},{},…]`). */
const heapPerJson = 20;
/** Bytes of heap for an id and the page that it is in. */
const heapPerId = 150;
/** Bytes of heap for an action that the next ones are counted with. */
const heapPerPaced = 150;

/** A warm function's memory: the rooms that it folded last, as many as fit. */
export const createMemory = (): Memory =>
  new LRUCache<string, Remembered>({
    maxSize,
    sizeCalculation: ({ latest: { state, recent }, ids, paced }) =>
      heapPerJson * sizeOf(JSON.stringify([state, recent])) +
      heapPerId * (ids?.size ?? 0) +
      heapPerPaced * paced.length,
  });
