import { AwsError, type Engine } from '../aws.ts';
import { type Connection, deliver, end, isOpen } from './connection.ts';
import { isConnectionId } from './ids.ts';
import { maxMessageBytes } from './limits.ts';
import type { Stage } from './stages.ts';

/** What the management API works on. */
interface ManagementDeps {
  readonly stages: ReadonlyMap<string, Stage>;
  /** Connections whose `$connect` has returned, by id. Before that, nothing can be posted. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly now: () => number;
}

const dataOf = (data: unknown): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof Uint8Array) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(typeof data === 'string' ? data : '');
};

/**
 * The `@connections` API of every stage. Input: `{ stage, ConnectionId, Data? }`, with the id decoded. Operations:
 * PostToConnection (resolves when the data is with the socket, in the order of the calls), GetConnection (answers
 * `{ connectedAt, identity, lastActiveAt }`, the names of the wire), DeleteConnection.
 * Rejects with ForbiddenException 403 (no such stage), BadRequestException 400 (no connection can have this id),
 * GoneException 410, PayloadTooLargeException 413 (over 128 KB), LimitExceededException 429 (the client does not read).
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export const createManagement = ({ stages, connections, now }: ManagementDeps): Engine => {
  const find = (input: Readonly<Record<string, unknown>>): Connection => {
    const { stage, ConnectionId: id } = input;
    if (typeof stage !== 'string' || !stages.has(stage)) throw new AwsError('ForbiddenException', 'Forbidden', 403);
    if (typeof id !== 'string' || !isConnectionId(id))
      throw new AwsError('BadRequestException', `Invalid connectionId: ${String(id)}`, 400);
    const connection = connections.get(id);
    if (connection === undefined || !isOpen(connection) || connection.stage.name !== stage) throw gone();
    return connection;
  };
  const gone = (): AwsError => new AwsError('GoneException', 'The connection no longer exists.', 410);

  const operations: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>> = {
    PostToConnection(input) {
      const data = dataOf(input.Data);
      if (data.length > maxMessageBytes)
        throw new AwsError(
          'PayloadTooLargeException',
          `Message too long: ${data.length} of ${maxMessageBytes} bytes`,
          413,
        );
      const delivery = deliver(find(input), data, now());
      if (delivery === 'gone') throw gone();
      if (delivery === 'full') throw new AwsError('LimitExceededException', "The client's buffer is full", 429);
      return {};
    },
    GetConnection(input) {
      const { connectedAt, lastActiveAt, identity } = find(input);
      return {
        connectedAt: new Date(connectedAt).toISOString(),
        identity: { sourceIp: identity.sourceIp, userAgent: identity.userAgent ?? '' },
        lastActiveAt: new Date(lastActiveAt).toISOString(),
      };
    },
    DeleteConnection(input) {
      end(find(input), 1000, 'Connection Closed Normally', now());
      return {};
    },
  };

  return async (operation, input) => {
    const run = operations[operation];
    if (run === undefined)
      throw new AwsError('UnknownOperationException', `API Gateway has no operation ${operation}.`, 404);
    return run(input);
  };
};
