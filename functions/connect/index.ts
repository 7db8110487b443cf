import { createConnections } from '../../store/connections.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { connectHandler } from './handler.ts';

export const handler = connectHandler({
  connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
  defaultRooms: JSON.parse(env('DEFAULT_ROOMS')) as string[],
});
