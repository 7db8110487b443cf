import { Logger } from '@aws-lambda-powertools/logger';
import { registry } from '../../domain/registry.ts';
import { createHeads } from '../../store/heads.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { noticesHandler } from './handler.ts';

export const handler = noticesHandler({
  room: env('FILES_ROOM'),
  // The SDK's own retries are off: `heads.append` tries again itself, and marks the event as a retry.
  heads: createHeads(documentClient({ maxAttempts: 1 }), env('HEADS_TABLE'), registry.kindOf),
  logger: new Logger(),
});
