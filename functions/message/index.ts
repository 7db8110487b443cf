import { Logger } from '@aws-lambda-powertools/logger';
import { registry } from '../../domain/registry.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createPost } from '../post.ts';
import { auth, signedIn, userOf } from '../sign-in.ts';
import { createTell } from '../tell.ts';
import { messageHandler } from './handler.ts';

const logger = new Logger();

export const handler = signedIn(
  messageHandler({
    auth,
    userOf,
    registry,
    now: Date.now,
    connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
    deliveries: createDeliveries(queueClient(), env('DELIVERIES_QUEUE_URL')),
    tell: createTell(createPost({ endpoint: env('MANAGEMENT_ENDPOINT') }), logger),
    logger,
  }),
);
