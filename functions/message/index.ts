import { Logger } from '@aws-lambda-powertools/logger';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createPost } from '../post.ts';
import { createTell } from '../tell.ts';
import { messageHandler } from './handler.ts';

const logger = new Logger();

export const handler = messageHandler({
  connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
  deliveries: createDeliveries(queueClient(), env('DELIVERIES_QUEUE_URL')),
  tell: createTell(createPost({ endpoint: env('MANAGEMENT_ENDPOINT') }), logger),
  logger,
});
