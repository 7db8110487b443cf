import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { registry } from '../../domain/registry.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { createLog } from '../../store/log.ts';
import { createCaster } from '../caster.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { foldHandler } from './handler.ts';
import { createMemory } from './memory.ts';

const dynamodb = documentClient();
const connections = createConnections(dynamodb, env('CONNECTIONS_TABLE'));
const metrics = new Metrics();

export const handler = foldHandler({
  registry,
  log: createLog(dynamodb, env('LOG_TABLE')),
  connections,
  cast: createCaster(connections, createDeliveries(queueClient(), env('DELIVERIES_QUEUE_URL'))),
  memory: createMemory(),
  logger: new Logger(),
  count: (metric, amount) => metrics.singleMetric().addMetric(metric, MetricUnit.Count, amount),
  now: Date.now,
});
