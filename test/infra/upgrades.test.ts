import { expect, it } from 'vitest';
import { refuseStuck } from '../../infra/upgrades.ts';

const first = { name: 'board', version: 1, upgrades: false };
const upgrades = { name: 'board', version: 2, upgrades: true };
const stuck = { name: 'board', version: 2, upgrades: false };

it('refuses new rules that could make nothing of a room whose events were removed', () => {
  expect(() => refuseStuck([upgrades, stuck], 30)).toThrow(
    'Give board an "upgrade" in domain/kinds/, or remove foldcast:eventRetentionDays: its rules are version 2',
  );
});

it.each([
  ['they can be upgraded', upgrades, 30],
  ['all events are kept', stuck, undefined],
  ['they are the first', first, 30],
] as const)('takes rules where %s', (_, kind, days) => {
  expect(() => refuseStuck([kind], days)).not.toThrow();
});
