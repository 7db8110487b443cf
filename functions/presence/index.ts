import { Logger } from '@aws-lambda-powertools/logger';
import { registry } from '../../domain/registry.ts';
import { createHeads } from '../../store/heads.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { presenceHandler } from './handler.ts';

export const handler = presenceHandler({
  registry,
  // As for any append: the SDK's own retries are off.
  heads: createHeads(documentClient({ maxAttempts: 1 }), env('HEADS_TABLE'), registry.kindOf),
  logger: new Logger(),
  now: Date.now,
});
