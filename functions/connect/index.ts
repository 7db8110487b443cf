import { Logger } from '@aws-lambda-powertools/logger';
import { createConnections } from '../../store/connections.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { admits, userOf } from '../sign-in.ts';
import { connectHandler } from './handler.ts';

export const handler = connectHandler({
  connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
  userOf,
  admits,
  defaultRooms: JSON.parse(env('DEFAULT_ROOMS')) as string[],
  origins: JSON.parse(env('ORIGINS')) as string[],
  logger: new Logger(),
});
