import { AwsError, type Service } from '../aws.ts';
import type { Layer } from './door.ts';

/** How each service says that it is too busy. */
const throttle: Readonly<Record<Service, readonly [name: string, status: number]>> = {
  dynamodb: ['ThrottlingException', 400],
  sqs: ['RequestThrottled', 403],
  s3: ['SlowDown', 503],
  'execute-api': ['LimitExceededException', 429],
};

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
    if (operation === 'ReceiveMessage' || chance(0.5)) {
      const [name, status] = throttle[service];
      throw new AwsError(name, 'Made to fail by --chaos.', status);
    }
    await next();
    throw new AwsError('InternalServerError', 'The answer was lost: made to fail by --chaos.', 500);
  };
