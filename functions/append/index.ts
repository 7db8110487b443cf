import { Logger } from '@aws-lambda-powertools/logger';
import { parseAction } from '../../domain/action.ts';
import { registry } from '../../domain/registry.ts';
import { createHeads } from '../../store/heads.ts';
import { createBuckets } from '../buckets.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { createCountRefused } from '../metrics.ts';
import { pace } from '../pace.ts';
import { createPaces } from '../paces.ts';
import { createPost, createSockets } from '../post.ts';
import { admits, signedIn, userOf } from '../sign-in.ts';
import { createSlowDown } from '../slow-down.ts';
import { createTell } from '../tell.ts';
import { appendHandler } from './handler.ts';

const logger = new Logger();
const endpoint = env('MANAGEMENT_ENDPOINT');
const creationsPerHour = Number(env('CREATIONS_PER_HOUR'));
const tell = createTell(createPost({ endpoint }), logger, createCountRefused());
const { close } = createSockets({ endpoint, sockets: 1 });

export const handler = signedIn(
  appendHandler({
    parse: (body, at) => parseAction(body, registry, at),
    userOf,
    admits,
    // The SDK's own retries are off: it would send an append again unmarked, and the fold would count the action twice.
    heads: createHeads(documentClient({ maxAttempts: 1 }), env('HEADS_TABLE'), registry.kindOf),
    registry,
    paces: createPaces(pace, Date.now),
    creations: createBuckets({ perSecond: creationsPerHour / 3600, burst: creationsPerHour }, Date.now),
    slowDown: createSlowDown({ tell, close, logger, now: Date.now }),
    tell,
    logger,
    now: Date.now,
  }),
);
