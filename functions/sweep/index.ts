import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { scanRooms } from '../../store/rooms.ts';
import { createSweep } from '../../store/sweep.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { sweepHandler } from './handler.ts';

const dynamodb = documentClient();
const heads = env('HEADS_TABLE');

export const handler = sweepHandler({
  rooms: () => scanRooms(dynamodb, heads, randomUUID()),
  sweep: createSweep(dynamodb, env('LOG_TABLE')),
  days: Number(env('EVENT_RETENTION_DAYS')),
  logger: new Logger(),
  now: Date.now,
});
