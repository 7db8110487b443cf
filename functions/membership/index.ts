import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { createConnections } from '../../store/connections.ts';
import { createLog } from '../../store/log.ts';
import { createAfreshLog } from '../afresh.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { createFaultLog } from '../faults.ts';
import { createCountRefused, type Metric, units } from '../metrics.ts';
import { createPost, createSockets } from '../post.ts';
import { rules } from '../rules.ts';
import { admits, signedIn, userOf } from '../sign-in.ts';
import { createSlowDown } from '../slow-down.ts';
import { createTell } from '../tell.ts';
import { createAllowance } from './allowance.ts';
import { membershipHandler } from './handler.ts';

const logger = new Logger();
const metrics = new Metrics();
const measure = (metric: Metric, value: number) => metrics.singleMetric().addMetric(metric, units[metric], value);
const faults = createFaultLog(logger, measure);
const dynamodb = documentClient();
const endpoint = env('MANAGEMENT_ENDPOINT');
const post = createPost({ endpoint });
const tell = createTell(post, logger, createCountRefused());
const { close } = createSockets({ endpoint, sockets: 1 });

export const handler = signedIn(
  membershipHandler({
    registry: rules,
    userOf,
    admits,
    connections: createConnections(dynamodb, env('CONNECTIONS_TABLE')),
    log: createLog(dynamodb, env('LOG_TABLE'), {
      kindOf: rules.kindOf,
      onFault: faults.left,
      onUnreadable: faults.unreadable,
      onAfresh: createAfreshLog(logger, measure),
      // Whoever waits longer asks again: what was done is kept.
      patience: 8_000,
    }),
    allowance: createAllowance(Date.now),
    slowDown: createSlowDown({ tell, close, logger, now: Date.now }),
    post,
    tell,
    logger,
  }),
);
