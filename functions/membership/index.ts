import { Logger } from '@aws-lambda-powertools/logger';
import { registry } from '../../domain/registry.ts';
import { createConnections } from '../../store/connections.ts';
import { createLog } from '../../store/log.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { createFaultLog } from '../faults.ts';
import { createPost } from '../post.ts';
import { admits, signedIn, userOf } from '../sign-in.ts';
import { createTell } from '../tell.ts';
import { membershipHandler } from './handler.ts';

const logger = new Logger();
const dynamodb = documentClient();
const post = createPost({ endpoint: env('MANAGEMENT_ENDPOINT') });

export const handler = signedIn(
  membershipHandler({
    registry,
    userOf,
    admits,
    connections: createConnections(dynamodb, env('CONNECTIONS_TABLE')),
    log: createLog(dynamodb, env('LOG_TABLE'), createFaultLog(logger).left),
    post,
    tell: createTell(post, logger),
    logger,
  }),
);
