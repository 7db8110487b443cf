import pMap from 'p-map';
import type { Member, System } from './system.ts';

/** How many join at once. */
const atOnce = 20;

/** So many more members. */
export const joinAll = (system: System, count: number): Promise<readonly Member[]> =>
  pMap(Array.from({ length: count }), () => system.join(), { concurrency: atOnce });
