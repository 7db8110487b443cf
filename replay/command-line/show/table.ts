import type { Paint } from '../screen.ts';

/** A column: its head, and on which side of it the cells are. */
export interface Column {
  readonly head: string;
  readonly right?: true;
}

/** The lines of a table, the first of them the heads of its columns. */
export const tableLines = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] => {
  const heads = columns.map(({ head }) => head);
  const widths = columns.map(({ head }, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ right }, at) => {
        const [cell = '', width = 0] = [cells[at], widths[at]];
        return right ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [paint('bold', line(heads)), ...rows.map(line)];
};
