import { Logger } from '@aws-lambda-powertools/logger';
import { registry } from '../../domain/registry.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createCountRefused } from '../metrics.ts';
import { pace } from '../pace.ts';
import { createPaces } from '../paces.ts';
import { createPost, createSockets } from '../post.ts';
import { auth, signedIn, userOf } from '../sign-in.ts';
import { createSlowDown } from '../slow-down.ts';
import { createTell } from '../tell.ts';
import { messageHandler } from './handler.ts';

const logger = new Logger();
const endpoint = env('MANAGEMENT_ENDPOINT');
const tell = createTell(createPost({ endpoint }), logger, createCountRefused());
const { close } = createSockets({ endpoint, sockets: 1 });

export const handler = signedIn(
  messageHandler({
    auth,
    userOf,
    registry,
    now: Date.now,
    connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
    deliveries: createDeliveries(queueClient(), env('DELIVERIES_QUEUE_URL')),
    paces: createPaces(pace, Date.now),
    slowDown: createSlowDown({ tell, close, logger, now: Date.now }),
    tell,
    logger,
  }),
);
