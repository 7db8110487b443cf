import { expect, it } from 'vitest';
import { adopted } from '../../../replay/command-line/adopt.ts';
import { levelings } from '../../../replay/command-line/leveling.ts';

const ends = (all: Readonly<Record<string, readonly [number, string]>>) =>
  new Map(Object.entries(all).map(([room, [seq, epoch]]) => [room, { seq, epoch }]));

it('sets heads that were restored to the end of their logs, and makes those that are not there yet', () => {
  const heads = ends({ 'a/same': [5, 'e'], 'a/older': [3, 'e'] });
  const log = ends({ 'a/same': [5, 'e'], 'a/older': [7, 'e'], 'a/later': [2, 'f'] });
  expect(levelings(heads, log)).toEqual([
    { room: 'a/later', head: 0, log: 2, epoch: 'kept', to: { seq: 2, epoch: 'f' } },
    { room: 'a/older', head: 3, log: 7, epoch: 'kept', to: { seq: 7, epoch: 'e' } },
  ]);
});

it('gives every room another epoch where the log was restored, and has those begin anew that have none any more', () => {
  const heads = ends({ 'a/same': [5, 'e'], 'a/newer': [9, 'e'], 'a/gone': [4, 'e'] });
  const log = ends({ 'a/same': [5, 'e'], 'a/newer': [7, 'e'] });
  expect(levelings(heads, log, () => 'new')).toEqual([
    { room: 'a/gone', head: 4, log: 0, epoch: 'new', to: undefined },
    { room: 'a/newer', head: 9, log: 7, epoch: 'new', to: { seq: 7, epoch: 'new' } },
    { room: 'a/same', head: 5, log: 5, epoch: 'new', to: { seq: 5, epoch: 'new' } },
  ]);
});

it('refuses a table that is not there to be replaced, and one that is in use', () => {
  const table = (id: string) => ({ type: 'aws:dynamodb/table:Table', id, inputs: { name: id }, outputs: { name: id } });
  const state = JSON.stringify({ version: 3, deployment: { resources: [table('one'), table('two')] } });
  expect(() => adopted(state, 'three', 'four')).toThrow('The stack has no table three');
  expect(() => adopted(state, 'one', 'two')).toThrow('The stack has the table two already');
});
