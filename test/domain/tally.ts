import * as z from 'zod';
import { defineKind } from '../../domain/kind.ts';

/** A kind for tests of the fold: it can refuse, throw, and grow. */
export const tally = defineKind({
  name: 'tally',
  actions: {
    add: z.object({ amount: z.number() }),
    never: z.object({}),
    throw: z.object({}),
    grow: z.object({ text: z.string() }),
  },
  roomOf: () => 'room',
  initial: { sum: 0, text: '' },
  refusal: (_, event) => (event.type === 'never' ? 'not-allowed' : undefined),
  fold: (state, event) => {
    switch (event.type) {
      case 'add':
        return { ...state, sum: state.sum + event.data.amount };
      case 'grow':
        return { ...state, text: state.text + event.data.text };
      default:
        throw new Error('The rules are broken.');
    }
  },
  cast: 'state',
  plain: ({ state }) => [JSON.stringify(state)],
});
