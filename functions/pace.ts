import type { Pace } from '../domain/kind.ts';
import { env } from './env.ts';

/** How many actions a sender may have in this stack, where a kind doesn't say otherwise. */
export const pace: Pace = { perSecond: Number(env('ACTIONS_PER_SECOND')), burst: Number(env('ACTION_BURST')) };
