import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { countRoom } from '../../bench/cost/count.ts';
import { monthly, total } from '../../bench/cost/month.ts';

/** The rows of the table: rooms, members, actions, what is sent, dollars, messages. */
const rows = async () =>
  Array.from(
    (await readFile('docs/cost.md', 'utf8')).matchAll(
      /^\| (\d+) \| (\d+) \| (\d+) \| (every event|the newest state) \| ([\d.]+) \| (\d+) \|$/gm,
    ),
    ([, rooms, members, actions, sent, dollars, messages]) => ({
      usage: { rooms: Number(rooms), members: Number(members), actions: Number(actions) },
      cast: sent === 'every event' ? ('events' as const) : ('state' as const),
      dollars: Number(dollars),
      messages: Number(messages),
    }),
  );

it.each([0, 2])('a month costs what row %i of the table says, counted anew', async (place) => {
  const row = (await rows())[place];
  if (!row) throw new Error('The table of docs/cost.md has no such row.');
  const counts = await countRoom({ cast: row.cast, members: row.usage.members, bytes: 100 });
  expect(Math.round(counts.action.messages)).toBe(row.messages);
  // Presence comes and goes while it is counted: some hundredths differ.
  expect(total(monthly(counts, row.usage)) / row.dollars).toBeCloseTo(1, 1);
});
