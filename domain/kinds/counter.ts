import * as z from 'zod/mini';
import { defineKind } from '../kind.ts';

/** There is one counter for all. */
const only = 'global-counter';

/** Rules of the shared counter: everyone adds or takes one. */
export const counter = defineKind({
  name: 'counter',
  actions: { plus: z.object({}), minus: z.object({}) },
  roomOf: () => only,
  idOf: (asked) => (asked === only ? only : undefined),
  initial: 0,
  refusal: () => undefined,
  fold: (value, event) => (event.type === 'plus' ? value + 1 : value - 1),
  cast: 'state',
  plain: ({ state, version }) => [JSON.stringify({ type: 'state', value: state, version })],
});
