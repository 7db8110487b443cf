import { ApiGatewayManagementApiClient, GetConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LoggedEvent } from '../domain/event.ts';
import { createHeads } from '../store/heads.ts';
import { createLog } from '../store/log.ts';
import type { Runtime } from './runtime.ts';

/** Looks into a runtime as the person at this machine. */
export interface Operator {
  /** How many events were appended to a room. */
  version(room: string): Promise<number>;
  /** The events of a room after `version`. */
  eventsAfter(room: string, version: number): Promise<readonly LoggedEvent[]>;
  /** The user agent that an open connection was made with. */
  agentOf(connection: string): Promise<string>;
  close(): void;
}

export const createOperator = async ({ url, endpoint, outputs }: Runtime): Promise<Operator> => {
  const { headsTable, logTable } = await outputs();
  const access = { region: 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'local' } };
  const database = DynamoDBDocumentClient.from(new DynamoDBClient({ ...access, endpoint }));
  const management = new ApiGatewayManagementApiClient({ ...access, endpoint: url.replace(/^ws/, 'http') });
  const heads = createHeads(database, String(headsTable));
  const log = createLog(database, String(logTable));
  return {
    version: (room) => heads.version(room),
    eventsAfter: async (room, version) => {
      const pages = await log.pages(room, version + 1, Number.MAX_SAFE_INTEGER);
      return pages.flatMap((page) => page.events.filter(({ seq }) => seq > version));
    },
    agentOf: async (ConnectionId) => {
      const { Identity } = await management.send(new GetConnectionCommand({ ConnectionId }));
      return String(Identity?.UserAgent);
    },
    close: () => {
      database.destroy();
      management.destroy();
    },
  };
};
