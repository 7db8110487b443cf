import { Logger } from '@aws-lambda-powertools/logger';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { createLog } from '../../store/log.ts';
import { createAfreshLog } from '../afresh.ts';
import { documentClient, queueClient } from '../clients.ts';
import { env } from '../env.ts';
import { createFaultLog } from '../faults.ts';
import { createCountRefused, createMeasures } from '../metrics.ts';
import { pace } from '../pace.ts';
import { rules } from '../rules.ts';
import { createCast } from './cast.ts';
import { foldHandler } from './handler.ts';
import { createMemory } from './memory.ts';

const logger = new Logger();
const measures = createMeasures();
const faults = createFaultLog(logger, measures.add);
const dynamodb = documentClient();

export const handler = foldHandler({
  registry: rules,
  log: createLog(dynamodb, env('LOG_TABLE'), {
    kindOf: rules.kindOf,
    onFault: faults.left,
    onUnreadable: faults.unreadable,
    onAfresh: createAfreshLog(logger, measures.add),
    // A sixth of the function's timeout: the other rooms of the batch are folded meanwhile, and the next batch goes on from there.
    patience: 10_000,
  }),
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
  measures,
  countRefused: createCountRefused(),
  now: Date.now,
});
