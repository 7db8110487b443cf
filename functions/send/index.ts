import { Logger } from '@aws-lambda-powertools/logger';
import { LRUCache } from 'lru-cache';
import { registry } from '../../domain/registry.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { createHeads } from '../../store/heads.ts';
import { createLog } from '../../store/log.ts';
import { createCaster } from '../caster.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createPost } from '../post.ts';
import { sendHandler } from './handler.ts';
import type { Asked } from './recast.ts';

/** Posts in flight at once. */
const concurrency = 128;

const dynamodb = documentClient();
const connections = createConnections(dynamodb, env('CONNECTIONS_TABLE'));
const deliveries = createDeliveries(queueClient(), env('DELIVERIES_QUEUE_URL'));

export const handler = sendHandler({
  registry,
  post: createPost({ endpoint: env('MANAGEMENT_ENDPOINT'), sockets: concurrency }),
  connections,
  deliveries,
  heads: createHeads(dynamodb, env('HEADS_TABLE')),
  log: createLog(dynamodb, env('LOG_TABLE')),
  cast: createCaster(connections, deliveries),
  posted: new LRUCache<string, number>({ max: 50_000 }),
  asked: new LRUCache<string, Asked>({ max: 5_000 }),
  logger: new Logger(),
  concurrency,
  now: Date.now,
});
