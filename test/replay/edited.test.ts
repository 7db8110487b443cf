import { expect, it } from 'vitest';
import type { Kind } from '../../domain/kind.ts';
import { firstOtherwise } from '../../replay/edited.ts';
import { tally } from '../domain/tally.ts';
import { fold, memoryLog } from './memoryLog.ts';

type State = typeof tally.initial;
const old = tally as Kind<State>;
const add = (amount: number) => ({ type: 'add', data: { amount } });
const log = memoryLog(fold(tally, [add(1), add(2)], ['never', add(4)], [add(8)], [add(16), add(32)]));

const amountOf = ({ data }: { readonly data: unknown }): number => (data as { readonly amount: number }).amount;
const upTo = (most: number): Kind<State> => ({
  ...old,
  refusal: (state, event) => old.refusal(state, event) ?? (state.sum + amountOf(event) > most ? 'too-much' : undefined),
});
const doubling = (amount: number): Kind<State> => ({
  ...old,
  fold: (state, event) => old.fold(amountOf(event) === amount ? old.fold(state, event) : state, event),
});

it('finds nothing where rules end every event alike, whatever the log says of others', async () => {
  expect(await firstOtherwise(log, old, { ...old })).toBeUndefined();
  expect(await firstOtherwise(log, upTo(10), upTo(10))).toBeUndefined();
});

it('names the first event with another verdict, by the rules before the edit and not by the log', async () => {
  expect(await firstOtherwise(log, old, upTo(20))).toMatchObject({ version: 6, what: 'verdict', refused: 'too-much' });
  expect(await firstOtherwise(log, upTo(20), upTo(10))).toMatchObject({ version: 5, refused: 'too-much' });
  expect(await firstOtherwise(log, upTo(20), old)).toEqual({ version: 6, what: 'verdict' });
});

it('names the first event that makes another state, also in the middle of a page', async () => {
  expect(await firstOtherwise(log, old, doubling(2))).toEqual({ version: 2, what: 'state' });
  expect(await firstOtherwise(log, doubling(2), doubling(8))).toEqual({ version: 2, what: 'state' });
});

it('says what edited rules throw', async () => {
  const failing: Kind<State> = {
    ...old,
    fold: (state, event) => {
      if (amountOf(event) === 8) throw new Error('Eight is too much.');
      return old.fold(state, event);
    },
  };
  expect(await firstOtherwise(log, old, failing)).toMatchObject({
    version: 5,
    refused: 'fault',
    fault: { message: 'Eight is too much.' },
  });
});

it('compares of rules of another version verdicts alone', async () => {
  const next = { ...doubling(2), version: 2 };
  expect(await firstOtherwise(log, old, next)).toBeUndefined();
  expect(await firstOtherwise(log, old, { ...upTo(20), version: 2 })).toMatchObject({ version: 6, what: 'verdict' });
});

it('gives up when its time is over', async () => {
  expect(await firstOtherwise(log, old, doubling(2), { isOver: () => true })).toBeUndefined();
});
