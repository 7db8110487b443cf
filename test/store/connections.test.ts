import { describe, expect, it } from 'vitest';
import { createConnections } from '../../store/connections.ts';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();

describe('connections', () => {
  const ann = { id: 'ann=', wire: 'plain' as const, rooms: ['counter/one', 'counter/two'], at: 5 };

  it('makes a connection a member of its rooms, and forgets it everywhere', async () => {
    await tables.connections.add(ann);
    expect(await tables.connections.get('ann=')).toEqual(ann);
    for (const room of ann.rooms)
      expect(await tables.connections.members(room)).toEqual([{ connection: 'ann=', wire: 'plain' }]);
    await tables.connections.forget('ann=');
    expect(await tables.connections.get('ann=')).toBeUndefined();
    for (const room of ann.rooms) expect(await tables.connections.members(room)).toEqual([]);
  });

  it('[S1] forgets a membership whose connection has no record any more', async () => {
    await tables.connections.add({ ...ann, id: 'lost' });
    expect(await tables.connections.members('counter/one')).toHaveLength(1);
    tables.through(({ operation }, next) => (operation === 'GetItem' ? Promise.resolve({}) : next()));
    await tables.connections.forget('lost', 'counter/one');
    expect(await tables.connections.members('counter/one')).toEqual([]);
  });

  it('makes a connection a member of more rooms than one request takes, and forgets it in all', async () => {
    const rooms = Array.from({ length: 30 }, (_, index) => `counter/many-${index}`);
    await tables.connections.add({ ...ann, id: 'many', rooms });
    for (const room of rooms) expect(await tables.connections.members(room)).toHaveLength(1);
    await tables.connections.forget('many');
    for (const room of rooms) expect(await tables.connections.members(room)).toEqual([]);
  });

  it('[S3] lets a connection into 100 rooms and no more, by the very update that adds one', async () => {
    const rooms = Array.from({ length: 101 }, (_, index) => `counter/of-many-${index}`);
    await tables.connections.add({ ...ann, id: 'greedy', rooms: [] });
    const calls: string[] = [];
    tables.through(({ operation }, next) => {
      calls.push(operation);
      return next();
    });
    const joins = await Promise.all(rooms.map((room) => tables.connections.join(room, 'greedy')));
    expect(joins.filter((joined) => joined === 'joined')).toHaveLength(100);
    expect(calls.filter((call) => call === 'UpdateItem')).toHaveLength(101);
    expect(calls.filter((call) => call === 'GetItem')).toHaveLength(1);
    const [refused = ''] = rooms.filter((_, index) => joins[index] === 'too-many-rooms');
    expect(await tables.connections.members(refused)).toEqual([]);
    const [first = ''] = rooms.filter((room) => room !== refused);
    expect(await tables.connections.join(first, 'greedy')).toBe('joined');
    await tables.connections.leave(first, 'greedy');
    expect(await tables.connections.join(refused, 'greedy')).toBe('joined');
    expect(await tables.connections.join('counter/one', 'nobody')).toBe('unknown');
  });

  it('leaves out connections whose time is over, though DynamoDB has not deleted them yet', async () => {
    let now = 0;
    const connections = createConnections(tables.database, tables.names.connections, () => now);
    for (const [id, at] of [
      ['early', 0],
      ['late', 60_000],
    ] as const)
      await connections.add({ id, wire: 'plain', rooms: ['counter/over'], at });
    const known = async () => {
      const found: string[] = [];
      for await (const some of connections.all()) found.push(...some.map(({ connection }) => connection));
      const members = (await connections.members('counter/over')).map(({ connection }) => connection);
      expect(members).toEqual(found.filter((id) => id === 'early' || id === 'late').toSorted());
      return members;
    };
    now = (2 * 3600 + 599) * 1000;
    expect(await known()).toEqual(['early', 'late']);
    now = (2 * 3600 + 600) * 1000;
    expect(await known()).toEqual(['late']);
    now += 60_000;
    expect(await known()).toEqual([]);
  });

  it('sends again what DynamoDB left undone', async () => {
    let left = 2;
    tables.through(({ operation, input }, next) => {
      if (operation !== 'BatchWriteItem' || left-- === 0) return next();
      return Promise.resolve({ UnprocessedItems: input.RequestItems as object });
    });
    await tables.connections.add({ ...ann, id: 'bob' });
    expect(await tables.connections.members('counter/two')).toContainEqual({ connection: 'bob', wire: 'plain' });
  });
});
