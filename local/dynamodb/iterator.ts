import * as z from 'zod';
import { AwsError } from '../aws.ts';
import type { Position } from './stream.ts';

/** Milliseconds for which an iterator can be used: 15 minutes (API reference of GetShardIterator). */
const lifetime = 15 * 60 * 1000;

const Token = z.object({
  arn: z.string(),
  shard: z.number().int().nonnegative(),
  position: z.union([z.literal('oldest'), z.object({ from: z.string(), inclusive: z.boolean() })]),
  /** Milliseconds since the epoch. */
  issued: z.number(),
});

/** A place in a shard, as callers carry it about. */
export interface Iterator {
  readonly arn: string;
  readonly shard: number;
  readonly position: Position;
}

export const writeIterator = (iterator: Iterator, now: number): string =>
  Buffer.from(JSON.stringify({ ...iterator, issued: now })).toString('base64url');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** @throws AwsError ValidationException for what is no iterator, ExpiredIteratorException for one that is too old. */
export const readIterator = (text: string, now: number): Iterator => {
  const token = Token.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!token.success) throw new AwsError('ValidationException', 'Invalid ShardIterator.');
  if (now - token.data.issued > lifetime) {
    throw new AwsError('ExpiredIteratorException', 'The shard iterator is older than 15 minutes: get a new one.');
  }
  return token.data;
};
