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
import { maxRooms } from '../domain/limits.ts';
import { batchWrite } from './batch-write.ts';

/** An open connection. */
export interface Connection {
  readonly id: string;
  /** Whose it is; absent where nobody is named and the connection stands for itself. */
  readonly user?: string;
  readonly wire: Wire;
  /** The rooms that it is a member of. */
  readonly rooms: readonly string[];
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /** When its user's token ends, in milliseconds since 1970, where that is before API Gateway ends it. From then on it counts for nothing. */
  readonly expiresAt?: number;
}

/** What became of a join. `unknown`: there is no such connection. `too-many-rooms`: it is in as many as one may be, and not in this. */
export type Joined = 'joined' | 'unknown' | 'too-many-rooms';

/** Table `connections`: the open connections, and which rooms each is a member of. */
export interface Connections {
  /** Remembers a connection and makes it a member of its rooms. */
  add(connection: Connection): Promise<void>;
  get(id: string): Promise<Connection | undefined>;
  /** Makes a connection a member of one more room. */
  join(room: string, id: string): Promise<Joined>;
  leave(room: string, id: string): Promise<void>;
  /** Removes a connection and its memberships. `room`: a membership to remove even if the connection's own record is gone. */
  forget(id: string, room?: string): Promise<void>;
  /**
   * The members of a room whose lifetime is not over. A consistent read: it finds everybody who joined before it began. `onOver` is told
   * of each connection whose lifetime is over, and which is still there: it is read all the same.
   */
  members(room: string, onOver?: (connection: string) => void): Promise<readonly Member[]>;
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
const member = (room: string, { id, ...own }: Lasting) => ({ ...memberKey(room, id), ...own });

/** What a membership has of its connection, in the table's own terms. */
interface Lasting {
  readonly id: string;
  readonly wire: Wire;
  readonly user?: string;
  /** Seconds since 1970, as DynamoDB's time to live wants it. */
  readonly expiresAt: number;
}

const longest = (at: number): number => Math.floor(at / 1000) + lifetime;

const lasting = ({ id, user, wire, at, expiresAt = Number.POSITIVE_INFINITY }: Connection): Lasting => ({
  id,
  wire,
  ...(user !== undefined && { user }),
  expiresAt: Math.min(longest(at), Math.floor(expiresAt / 1000)),
});

const isThere = 'attribute_exists(pk)';
/** Of a set without members DynamoDB keeps nothing, and of nothing it knows no size. */
const hasRoom = `${isThere} AND (attribute_not_exists(rooms) OR size(rooms) < :most OR contains(rooms, :room))`;

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
    if (!Item) return undefined;
    const { user, wire, at, rooms = [], expiresAt } = Item;
    return {
      id,
      wire,
      at,
      rooms: [...rooms],
      ...(user !== undefined && { user }),
      ...(expiresAt < longest(at) && { expiresAt: expiresAt * 1000 }),
    };
  };

  /** Adds a room to a connection's record, or takes it away; `undefined` where the condition is not met. */
  const change = async (
    operation: 'ADD' | 'DELETE',
    room: string,
    id: string,
    condition: string,
    values: object = {},
  ) => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: connectionKey(id),
          UpdateExpression: `${operation} rooms :rooms`,
          ConditionExpression: condition,
          ExpressionAttributeValues: { ':rooms': new Set([room]), ...values },
          ReturnValues: 'ALL_NEW',
        }),
      );
      if (!Attributes) return undefined;
      const { wire, user, expiresAt } = Attributes as Omit<Lasting, 'id'>;
      return { id, wire, ...(user !== undefined && { user }), expiresAt };
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'ConditionalCheckFailedException') return undefined;
      throw cause;
    }
  };

  return {
    get,
    add: async (connection) => {
      const { rooms, at } = connection;
      const { id, ...own } = lasting(connection);
      // The record first: when a post finds no connection, its age in the record tells one that is gone from one not open yet.
      const record = { ...connectionKey(id), ...own, at, ...(rooms.length > 0 && { rooms: new Set(rooms) }) };
      await client.send(new PutCommand({ TableName: table, Item: record }));
      const writes = rooms.map((room) => ({ PutRequest: { Item: member(room, { id, ...own }) } }));
      await batchWrite(client, table, writes);
    },
    join: async (room, id) => {
      const values = { ':room': room, ':most': maxRooms };
      const connection = await change('ADD', room, id, hasRoom, values);
      if (!connection) return (await get(id)) ? 'too-many-rooms' : 'unknown';
      await client.send(new PutCommand({ TableName: table, Item: member(room, connection) }));
      return 'joined';
    },
    leave: async (room, id) => {
      await client.send(new DeleteCommand({ TableName: table, Key: memberKey(room, id) }));
      await change('DELETE', room, id, isThere);
    },
    forget: async (id, room) => {
      const rooms = new Set((await get(id))?.rooms);
      if (room !== undefined) rooms.add(room);
      const writes = [...rooms].map((name) => ({ DeleteRequest: { Key: memberKey(name, id) } }));
      await batchWrite(client, table, writes);
      await client.send(new DeleteCommand({ TableName: table, Key: connectionKey(id) }));
    },
    members: async (room, onOver) => {
      const query = {
        TableName: table,
        KeyConditionExpression: 'pk = :room',
        ExpressionAttributeValues: { ':room': `${roomPrefix}${room}` },
        ProjectionExpression: 'sk, wire, #user, expiresAt',
        ExpressionAttributeNames: { '#user': 'user' },
        ConsistentRead: true,
      };
      const members: Member[] = [];
      const seconds = now() / 1000;
      for await (const { Items } of paginateQuery({ client }, query))
        for (const { sk, wire, user, expiresAt } of Items ?? []) {
          if (expiresAt > seconds) members.push({ connection: sk, wire, ...(user !== undefined && { user }) });
          else onOver?.(sk);
        }
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
  const { Keys, NewImage, OldImage } = dynamodb ?? {};
  const [pk, connection] = [Keys?.pk?.S, Keys?.sk?.S];
  if (!pk?.startsWith(roomPrefix) || connection === undefined) return undefined;
  const room = pk.slice(roomPrefix.length);
  const user = (NewImage ?? OldImage)?.user?.S ?? connection;
  if (eventName === 'INSERT') return { room, connection, user, type: 'joined' } as const;
  if (eventName === 'REMOVE') return { room, connection, user, type: 'left' } as const;
  return undefined;
};
