import { expect, it } from 'vitest';
import type { Figure } from '../../bench/scenario.ts';
import { renderTable } from '../../bench/table.ts';

const figure = (section: string, name: string, value: number | string, more: Partial<Figure> = {}): Figure => ({
  section,
  name,
  unit: '',
  value,
  ...more,
});

it('sets scenarios side by side, with a dash where one lacks a figure', () => {
  const table = renderTable('Rooms', [
    { title: 'one', figures: [figure('speed', 'rate', 1234.4, { unit: '1/s' }), figure('memory', 'idle', 7)] },
    {
      title: 'fifty',
      figures: [figure('speed', 'rate', 9, { unit: '1/s' }), figure('speed', 'writes', 1, { digits: 2 })],
    },
  ]);
  expect(table.split('\n')).toEqual([
    'Rooms            one   fifty',
    '────────────────────────────',
    'speed',
    '  rate (1/s)   1,234       9',
    '  writes           –    1.00',
    'memory',
    '  idle             7       –',
  ]);
});

it('tells figures of one name in two sections apart', () => {
  const table = renderTable('T', [{ title: 'a', figures: [figure('x', 'rate', 1), figure('y', 'rate', 2)] }]);
  expect(table.split('\n').slice(2)).toEqual(['x', '  rate   1', 'y', '  rate   2']);
});
