import { setTimeout } from 'node:timers/promises';
import type { Service } from '../aws.ts';
import type { Layer } from './door.ts';

/**
 * What a call takes within one region, in milliseconds: DynamoDB promises single-digit ones, SQS answers in ten to
 * twenty, a post to a connection passes API Gateway. Typical values, for timing that is not flattered by one machine.
 */
const typical: Readonly<Record<Service, number>> = { dynamodb: 5, sqs: 10, s3: 25, 'execute-api': 10 };

/** Holds every call up for as long as AWS would take. A long poll waits anyway. */
export const awsLatency: Layer = async ({ service, operation }, next) => {
  if (operation !== 'ReceiveMessage') await setTimeout(typical[service]);
  return next();
};
