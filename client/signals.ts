import { signal } from '@preact/signals-core';
import { connect as plain } from './connect.ts';
import type { AnyKind, Foldcast, Options } from './types.ts';

export * from './index.ts';

/** `connect`, of which all that can be read is a signal: an effect, or a component of Preact's, that reads `room.state` runs again when it changes. */
export const connect = <const K extends AnyKind = never>(url: string, options: Options<K> = {}): Foldcast<K> =>
  plain(url, { ...options, cell: signal });
