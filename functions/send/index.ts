import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { LRUCache } from 'lru-cache';
import type { Delivery } from '../../domain/delivery.ts';
import { createConnections } from '../../store/connections.ts';
import { createReceipts } from '../../store/deliveries.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createCountRefused, createMeasures } from '../metrics.ts';
import { createSockets } from '../post.ts';
import { createTell } from '../tell.ts';
import { sendHandler } from './handler.ts';

/** Posts in flight at once. */
const concurrency = 128;

const logger = new Logger();
const { post, close } = createSockets({ endpoint: env('MANAGEMENT_ENDPOINT'), sockets: concurrency });

export const handler = sendHandler({
  post,
  close,
  tell: createTell(post, logger, createCountRefused()),
  connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
  receipts: createReceipts(queueClient(), { queue: env('DELIVERIES_QUEUE_URL'), deadLetters: env('DEAD_LETTERS_URL') }),
  measures: createMeasures(),
  rests: new LRUCache<string, Delivery>({ max: 1000 }),
  logger,
  concurrency,
  now: Date.now,
  pause,
});
