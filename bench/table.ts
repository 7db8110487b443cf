import type { Column, Figure } from './scenario.ts';

const labelOf = ({ name, unit }: Figure): string => (unit === '' ? name : `${name} (${unit})`);

const shown = ({ value, digits = 0 }: Figure): string =>
  typeof value === 'number'
    ? value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : value;

/** Each once, in the order in which they first come up. */
const sectionsOf = (columns: readonly Column[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const sections = new Map<string, Set<string>>();
  for (const figure of columns.flatMap(({ figures }) => figures)) {
    const labels = sections.get(figure.section) ?? new Set();
    sections.set(figure.section, labels.add(labelOf(figure)));
  }
  return sections;
};

/** Figures downwards, columns side by side; a dash where one does not have a figure. */
export const renderTable = (title: string, columns: readonly Column[]): string => {
  const lines: string[][] = [[title, ...columns.map((column) => column.title)]];
  for (const [section, labels] of sectionsOf(columns)) {
    lines.push([section]);
    for (const label of labels) {
      const cells = columns.map(({ figures }) => {
        const figure = figures.find((each) => each.section === section && labelOf(each) === label);
        return figure === undefined ? '–' : shown(figure);
      });
      lines.push([`  ${label}`, ...cells]);
    }
  }
  const widths = [title, ...columns].map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const pad = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart((widths[at] ?? 0) + 3);
  const [head = [], ...rest] = lines.map((line) => line.map(pad).join('').trimEnd());
  return [head, '─'.repeat(widths.reduce((sum, width) => sum + width + 3, -3)), ...rest].join('\n');
};
