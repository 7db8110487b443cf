import { AwsError } from '../aws.ts';
import type { Layer } from './door.ts';
import { throttled } from './throttle.ts';

export interface ChaosOptions {
  /** The share of calls that fail, from 0 to 1. */
  readonly rate: number;
  /** True with a probability, from a seeded source so that a run can be had again. */
  readonly chance: (probability: number) => boolean;
}

/** Makes calls fail: half are throttled, half take effect and their answer is lost. What the program promises must hold all the same. */
export const createChaos =
  ({ rate, chance }: ChaosOptions): Layer =>
  async ({ caller, service, operation }, next) => {
    if (caller.kind === 'operator' || !chance(rate)) return next();
    // Messages whose receipt is lost are hidden for the queue's visibility timeout, minutes in which nothing could be seen.
    if (operation === 'ReceiveMessage' || chance(0.5)) throw throttled(service, 'Made to fail by --chaos.');
    await next();
    throw new AwsError('InternalServerError', 'The answer was lost: made to fail by --chaos.', 500);
  };
