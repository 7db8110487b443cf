import type { Chunk } from '../../../web/debug/reader/messages.ts';
import { type Columns, createColumns } from '../../../web/debug/timeline/columns.ts';

/** An event, as far as the timeline knows it: when it was received, whose it is (a place among the actors), whether it was refused. */
export type Row = readonly [at: number, actor: number, refused?: boolean];

export const chunkOf = (from: number, rows: readonly Row[], names: readonly string[] = []): Chunk => ({
  from,
  times: Float64Array.from(rows, ([at]) => at),
  actors: Uint16Array.from(rows, ([, actor]) => actor),
  types: Uint8Array.from(rows, () => 2),
  refused: Uint8Array.from(rows, ([, , refused]) => (refused ? 1 : 0)),
  names,
  typeNames: names.length > 0 ? ['missing', 'others', 'plus'] : [],
});

export const columnsOf = (rows: readonly Row[], first = 1): Columns => {
  const columns = createColumns(first);
  columns.append(chunkOf(first, rows, ['missing', 'others', 'ann', 'bob']));
  return columns;
};
