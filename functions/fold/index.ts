import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { registry } from '../../domain/registry.ts';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { createLog } from '../../store/log.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createFaultLog } from '../faults.ts';
import { pace } from '../pace.ts';
import { createCast } from './cast.ts';
import { type FoldDeps, foldHandler } from './handler.ts';
import { createMemory } from './memory.ts';

const logger = new Logger();
const metrics = new Metrics();
const count: FoldDeps['count'] = (metric, amount) => metrics.singleMetric().addMetric(metric, MetricUnit.Count, amount);
const faults = createFaultLog(logger, count);
const dynamodb = documentClient();

export const handler = foldHandler({
  registry,
  log: createLog(dynamodb, env('LOG_TABLE'), { onFault: faults.left, onUnreadable: faults.unreadable }),
  cast: createCast({
    connections: createConnections(dynamodb, env('CONNECTIONS_TABLE')),
    deliveries: createDeliveries(queueClient(), env('DELIVERIES_QUEUE_URL')),
    faults,
    logger,
  }),
  faults,
  pace,
  memory: createMemory(),
  logger,
  count,
  now: Date.now,
});
