import { createConnections } from '../../store/connections.ts';
import { documentClient } from '../clients.ts';
import { env } from '../env.ts';
import { disconnectHandler } from './handler.ts';

export const handler = disconnectHandler({
  connections: createConnections(documentClient(), env('CONNECTIONS_TABLE')),
});
