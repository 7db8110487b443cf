import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Member, Wire } from '../domain/kind.ts';
import { batchWrite } from './batch-write.ts';

/** An open connection. */
export interface Connection {
  readonly id: string;
  readonly wire: Wire;
  /** The rooms that it is a member of. */
  readonly rooms: readonly string[];
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
}

/** Table `connections`: the open connections, and which rooms each is a member of. */
export interface Connections {
  /** Remembers a connection and makes it a member of its rooms. */
  add(connection: Connection): Promise<void>;
  get(id: string): Promise<Connection | undefined>;
  /** Makes a connection a member of one more room. `false` if there is no such connection. */
  join(room: string, id: string): Promise<boolean>;
  leave(room: string, id: string): Promise<void>;
  /** Removes a connection and its memberships. `room`: a membership to remove even if the connection's own record is gone. */
  forget(id: string, room?: string): Promise<void>;
  /** The members of a room whose lifetime is not over. A consistent read: it finds everybody who joined before it began. */
  members(room: string): Promise<readonly Member[]>;
  /** All connections whose lifetime is not over, some at a time. Scans the whole table, so only operators' tools may use it. */
  all(): AsyncIterable<readonly Member[]>;
}

/**
 * Seconds that a record counts for. API Gateway ends every connection after two hours, so an older record is a leftover.
 * DynamoDB deletes it only within a few days and returns it until then (Developer Guide, "Using time to live"): readers
 * have to leave it out themselves.
 */
const lifetime = 2 * 3600 + 600;

const connectionPrefix = 'connection#';
const roomPrefix = 'room#';
const connectionKey = (id: string) => ({ pk: `${connectionPrefix}${id}`, sk: 'connection' });
const memberKey = (room: string, id: string) => ({ pk: `${roomPrefix}${room}`, sk: id });
const member = (room: string, { id, wire, at }: Omit<Connection, 'rooms'>) => ({
  ...memberKey(room, id),
  wire,
  expiresAt: Math.floor(at / 1000) + lifetime,
});

/** `now`: milliseconds since 1970. */
export const createConnections = (
  client: DynamoDBDocumentClient,
  table: string,
  now: () => number = Date.now,
): Connections => {
  const get = async (id: string): Promise<Connection | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: connectionKey(id), ConsistentRead: true }),
    );
    return Item && { id, wire: Item.wire, at: Item.at, rooms: [...(Item.rooms ?? [])] };
  };

  /** Adds a room to a connection's record, or takes it away; `undefined` where there is no record. */
  const change = async (operation: 'ADD' | 'DELETE', room: string, id: string) => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: connectionKey(id),
          UpdateExpression: `${operation} rooms :room`,
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':room': new Set([room]) },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes && { id, wire: Attributes.wire as Wire, at: Attributes.at as number };
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'ConditionalCheckFailedException') return undefined;
      throw cause;
    }
  };

  return {
    get,
    add: async (connection) => {
      const { id, wire, rooms, at } = connection;
      const expiresAt = Math.floor(at / 1000) + lifetime;
      // The record first: when a post finds no connection, its age in the record tells one that is gone from one not open yet.
      const record = { ...connectionKey(id), wire, at, expiresAt, ...(rooms.length > 0 && { rooms: new Set(rooms) }) };
      await client.send(new PutCommand({ TableName: table, Item: record }));
      const writes = rooms.map((room) => ({ PutRequest: { Item: member(room, connection) } }));
      await batchWrite(client, table, writes);
    },
    join: async (room, id) => {
      const connection = await change('ADD', room, id);
      if (!connection) return false;
      await client.send(new PutCommand({ TableName: table, Item: member(room, connection) }));
      return true;
    },
    leave: async (room, id) => {
      await client.send(new DeleteCommand({ TableName: table, Key: memberKey(room, id) }));
      await change('DELETE', room, id);
    },
    forget: async (id, room) => {
      const rooms = new Set((await get(id))?.rooms);
      if (room !== undefined) rooms.add(room);
      const writes = [...rooms].map((name) => ({ DeleteRequest: { Key: memberKey(name, id) } }));
      await batchWrite(client, table, writes);
      await client.send(new DeleteCommand({ TableName: table, Key: connectionKey(id) }));
    },
    members: async (room) => {
      const query = {
        TableName: table,
        KeyConditionExpression: 'pk = :room',
        FilterExpression: 'expiresAt > :now',
        ExpressionAttributeValues: { ':room': `${roomPrefix}${room}`, ':now': now() / 1000 },
        ProjectionExpression: 'sk, wire',
        ConsistentRead: true,
      };
      const members: Member[] = [];
      for await (const { Items } of paginateQuery({ client }, query))
        for (const { sk, wire } of Items ?? []) members.push({ connection: sk, wire });
      return members;
    },
    all: async function* () {
      const scan = {
        TableName: table,
        FilterExpression: 'begins_with(pk, :connection) AND expiresAt > :now',
        ExpressionAttributeValues: { ':connection': connectionPrefix, ':now': now() / 1000 },
        ProjectionExpression: 'pk, wire',
      };
      for await (const { Items } of paginateScan({ client }, scan))
        yield (Items ?? []).map(({ pk, wire }) => ({ connection: String(pk).slice(connectionPrefix.length), wire }));
    },
  };
};

/** Who joined or left which room, by a record of the table's stream; `undefined` for a record that is not of a membership. */
export const membershipOf = ({ eventName, dynamodb }: DynamoDBRecord) => {
  const [pk, connection] = [dynamodb?.Keys?.pk?.S, dynamodb?.Keys?.sk?.S];
  if (!pk?.startsWith(roomPrefix) || connection === undefined) return undefined;
  const room = pk.slice(roomPrefix.length);
  if (eventName === 'INSERT') return { room, connection, type: 'joined' } as const;
  if (eventName === 'REMOVE') return { room, connection, type: 'left' } as const;
  return undefined;
};
