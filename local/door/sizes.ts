import { AwsError, type Service } from '../aws.ts';
import { maxMessageBytes } from '../gateway/limits.ts';
import { sizeLimit } from '../sqs/contents.ts';
import type { BodyRefusals } from './body.ts';
import { throttled } from './throttle.ts';

/** The most bytes of a request to a service, and what the service answers to more. */
interface RequestSize {
  readonly most: number;
  readonly tooLarge: (operation: string) => AwsError;
}

const sizes: Readonly<Record<Exclude<Service, 's3'>, RequestSize>> = {
  // Source: DynamoDB developer guide, "Constraints": BatchWriteItem and its like take 16 MB.
  dynamodb: {
    most: 16 * 1024 * 1024,
    tooLarge: () => new AwsError('RequestEntityTooLarge', 'A request to DynamoDB has 16 MB at most.', 413),
  },
  // The messages are 1 MiB at most. As JSON each of their bytes may take six (`\u0000`); 1 MiB is for all that is around them.
  sqs: {
    most: 7 * sizeLimit,
    tooLarge: (operation) =>
      operation === 'SendMessageBatch'
        ? new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${sizeLimit} bytes.`)
        : new AwsError(
            'InvalidParameterValue',
            `One or more parameters are invalid. Reason: Message must be shorter than ${sizeLimit} bytes.`,
          ),
  },
  'execute-api': {
    most: maxMessageBytes,
    tooLarge: () =>
      new AwsError('PayloadTooLargeException', `Message too long: more than ${maxMessageBytes} bytes`, 413),
  },
};

/** How much of a call's body is read, and what is answered to more. */
export const sizeOf = (service: Exclude<Service, 's3'>, operation: string): [most: number, BodyRefusals] => {
  const { most, tooLarge } = sizes[service];
  return [most, { tooLarge: () => tooLarge(operation), busy: () => throttled(service, busy) }];
};

/** For whoever sends while half a gigabyte is being read already. */
export const busy = 'Too much comes in at once: try again in a moment.';
