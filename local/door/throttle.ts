import { AwsError, type Service } from '../aws.ts';

/** How each service says that it is too busy. */
const throttles: Readonly<Record<Service, readonly [name: string, status: number]>> = {
  dynamodb: ['ThrottlingException', 400],
  sqs: ['RequestThrottled', 403],
  s3: ['SlowDown', 503],
  'execute-api': ['LimitExceededException', 429],
};

export const throttled = (service: Service, message: string): AwsError => {
  const [name, status] = throttles[service];
  return new AwsError(name, message, status);
};
