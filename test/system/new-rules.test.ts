import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRunning } from 'pulumi-local/running';
import { expect, it, onTestFinished } from 'vitest';
import type { Page } from '../../domain/page.ts';
import { createRestore } from '../../store/restore.ts';
import { connectV1 } from './client-v1.ts';
import { start } from './command.ts';
import { databaseAs } from './operator.ts';
import { copiedProject } from './project.ts';
import { until } from './until.ts';

const kind = (rules: string): string => `
  import * as z from 'zod/mini';
  import { defineKind } from '../kind.ts';
  export const counter = defineKind({
    name: 'counter',
    actions: { plus: z.object({}), minus: z.object({}) },
    roomOf: () => undefined,
    refusal: () => undefined,
    cast: 'state',
    plain: ({ state }) => [JSON.stringify(state)],
    ${rules}
  });
`;
const first = kind('initial: 0, fold: (value) => value + 1,');
/** Its state says how many events it was folded of, which an upgrade knows nothing about. */
const second = kind(`
    version: 2,
    initial: { value: 0, folded: 0 },
    fold: ({ value, folded }) => ({ value: value + 1, folded: folded + 1 }),
    upgrade: (state) => ({ value: state as number, folded: 0 }),`);

/** The pages that the first version made of so many events. */
const pagesOf = (room: string, events: number, each: number): readonly Page[] =>
  Array.from({ length: events / each }, (_, index) => {
    const [from, to] = [index * each + 1, (index + 1) * each];
    const inIt = Array.from({ length: each }, (_, place) => ({
      ...{ seq: from + place, id: `i${from + place}`, at: from + place },
      ...{ type: 'plus', data: {}, by: 'ann', connection: 'c' },
    }));
    return { room, epoch: 'e', since: from - 1, lanes: 1, bytes: 1, at: to, from, to, events: inIt, state: to };
  });

it('goes on by a second version that is saved: 100,000 events are folded afresh while others go on, and where the beginning is gone the state is upgraded', async () => {
  const folder = await copiedProject();
  const rules = join(folder, 'domain/kinds/counter.ts');
  await writeFile(rules, first);
  const command = start(['--port', '0'], { folder, watch: ['domain', 'functions', 'store', 'infra'] });
  const { href, port } = await command.ready();
  const { headsTable, logTable } = (await findRunning(folder))?.outputs ?? {};
  const database = databaseAs('operator', Number(port));
  onTestFinished(() => database.destroy());
  const { claim, write } = createRestore(database, { heads: String(headsTable), log: String(logTable) });
  for (const [room, events, pages] of [
    ['counter/long', 100_000, pagesOf('counter/long', 100_000, 1_000)],
    ['counter/swept', 10, pagesOf('counter/swept', 10, 2).slice(2)],
  ] as const) {
    await claim(room, events, 'e');
    await write(pages);
  }
  const ann = await connectV1(href);
  onTestFinished(() => ann.close());
  const short = 'counter/short';
  for (const room of ['counter/long', 'counter/swept', short]) await ann.join(room);
  const states = () => ['counter/long', 'counter/swept'].map((room) => ann.room(room).state);
  expect(states()).toEqual([100_000, 10]);

  await writeFile(rules, second);
  await until('it is reloaded', () => command.stderr.some((line) => line.includes(': reloaded ')), 60_000);
  const plus = (room: string) => ann.append({ action: 'plus', room });
  let isDone = false;
  const long = plus('counter/long').finally(() => {
    isDone = true;
  });
  let others = 0;
  while (!isDone) {
    await plus(short);
    if (!isDone) others += 1;
  }
  expect(await long).toBe(100_001);
  expect(await plus('counter/swept')).toBe(11);
  await until('both are of the second version', () => states().every((state) => typeof state === 'object'));
  // The first page that is left is of the events 5 and 6: its state is upgraded, and five were folded since.
  expect(states()).toEqual([
    { value: 100_001, folded: 100_001 },
    { value: 11, folded: 5 },
  ]);
  expect(others).toBeGreaterThan(0);
  expect(command.stderr.filter((line) => line.includes('timed out'))).toEqual([]);
}, 180_000);
