import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDeliveries } from '../../store/deliveries.ts';
import { env } from '../env.ts';
import { createPost } from '../post.ts';
import { createTell } from '../tell.ts';
import { messageHandler } from './handler.ts';

const logger = new Logger();

export const handler = messageHandler({
  deliveries: createDeliveries(new SQSClient({}), env('DELIVERIES_QUEUE_URL')),
  tell: createTell(createPost({ endpoint: env('MANAGEMENT_ENDPOINT') }), logger),
  logger,
});
