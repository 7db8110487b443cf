import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { AwsError } from 'pulumi-local';
import { describe, expect, it } from 'vitest';
import { merge } from '../../domain/delivery.ts';
import type { Draft } from '../../domain/event.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { createConnections } from '../../store/connections.ts';
import { tablesOfFile } from '../store/tables.ts';
import { type Appended, coldFold, plus } from './cold-fold.ts';

const tables = await tablesOfFile();

const join = (room: string, ...ids: readonly string[]) =>
  Promise.all(ids.map((id) => tables.connections.add({ id, wire: 'plain', rooms: [room], at: 0 })));

/** The versions of the states that a plain member of a counter is cast, in order. */
const versions = async () =>
  (await tables.queued()).flatMap(({ texts }) =>
    texts.map((text) => (JSON.parse(text) as { version: number }).version),
  );

const versionAndState = async (room: string) => {
  const { version, state } = await tables.log.latest(room, counter);
  return [version, state];
};

describe('fold', () => {
  it('commits one page for each room of a batch, and queues what the members are sent', async () => {
    await join('counter/a', 'ann', 'bob');
    const { fold } = coldFold(tables);
    expect(await fold(plus('counter/a', 1), plus('counter/b', 1), plus('counter/a', 2))).toEqual([]);
    expect(await versionAndState('counter/a')).toEqual([2, 2]);
    expect(await versionAndState('counter/b')).toEqual([1, 1]);
    const merged = merge(await tables.queued());
    expect([...merged.keys()].toSorted()).toEqual(['ann', 'bob']);
    for (const { texts } of merged.values())
      expect(texts.map((text) => JSON.parse(text))).toEqual([{ type: 'state', value: 2, version: 2 }]);
  });

  it('[F2] folds a batch once that is delivered twice, and casts once while it remembers', async () => {
    await join('counter/twice', 'ann');
    const { fold } = coldFold(tables);
    const batch = [plus('counter/twice', 1), plus('counter/twice', 2)];
    await fold(...batch);
    await fold(...batch);
    expect(await versionAndState('counter/twice')).toEqual([2, 2]);
    expect(await versions()).toEqual([2]);
  });

  it('[F2] casts when the batch comes again after a fold died between page and queue', async () => {
    await join('counter/died', 'ann');
    const batch = [plus('counter/died', 1), plus('counter/died', 2)];
    tables.through(({ operation }, next) =>
      operation === 'SendMessageBatch' ? Promise.reject(new AwsError('Died', 'The fold ended here.')) : next(),
    );
    expect(await coldFold(tables).fold(...batch)).toEqual([{ itemIdentifier: 'counter/died#1' }]);
    tables.through((_, next) => next());
    expect(await versionAndState('counter/died')).toEqual([2, 2]);
    expect(await coldFold(tables).fold(...batch)).toEqual([]);
    expect(await versionAndState('counter/died')).toEqual([2, 2]);
    expect(await versions()).toEqual([2]);
  });

  it('[F1] lets one of two folds of a batch win, and the other go on from there', async () => {
    await join('counter/race', 'ann');
    const [one, two] = [coldFold(tables), coldFold(tables)];
    await one.fold(plus('counter/race', 1));
    await two.fold(plus('counter/race', 1));
    const results = await Promise.all([
      one.fold(plus('counter/race', 2), plus('counter/race', 3)),
      two.fold(plus('counter/race', 2), plus('counter/race', 3), plus('counter/race', 4)),
    ]);
    expect(results).toEqual([[], []]);
    expect(await versionAndState('counter/race')).toEqual([4, 4]);
    const events = (await tables.log.pages('counter/race', 1, 9)).flatMap((page) => page.events);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect((await versions()).at(-1)).toBe(4);
  });

  it('[F2] queues nothing twice when another fold takes a batch that one has cast', async () => {
    await join('counter/again', 'ann');
    const batch = [plus('counter/again', 1), plus('counter/again', 2)];
    await coldFold(tables).fold(...batch);
    await coldFold(tables).fold(...batch);
    await coldFold(tables).fold(...batch.slice(1), plus('counter/again', 3));
    expect(await versions()).toEqual([2, 3]);
  });

  it('[F2] casts each page by itself where a fold died before it queued several, with the state as it was after each', async () => {
    await join('counter/late', 'ann');
    const { fold } = coldFold(tables);
    tables.through(({ operation }, next) =>
      operation === 'SendMessageBatch' ? Promise.reject(new AwsError('Died', 'The fold ended here.')) : next(),
    );
    await fold(plus('counter/late', 1));
    await fold(plus('counter/late', 2));
    tables.through((_, next) => next());
    expect(
      await coldFold(tables).fold(plus('counter/late', 1), plus('counter/late', 2), plus('counter/late', 3)),
    ).toEqual([]);
    const told = (await tables.queued()).flatMap(({ texts }) => texts.map((text) => JSON.parse(text)));
    expect(told.map(({ version, value }) => [version, value])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('[F3] says which events are missing, counts them, and goes on', async () => {
    const { fold, counted } = coldFold(tables);
    await fold(plus('counter/gap', 1));
    await fold(plus('counter/gap', 5));
    expect(counted).toEqual([['MissingEvents', 3]]);
    expect((await tables.log.pages('counter/gap', 1, 9)).at(-1)).toMatchObject({ missing: [[2, 4]], state: 2 });
  });

  it('[F4] reports a room that fails because of its surroundings, and the others go on', async () => {
    const { fold, warned } = coldFold(tables);
    tables.through(({ operation, input }, next) =>
      operation === 'PutItem' && JSON.stringify(input).includes('counter/broken')
        ? Promise.reject(new AwsError('ThrottlingException', 'Busy.'))
        : next(),
    );
    const failures = await fold(plus('counter/fine', 1), plus('counter/broken', 1), plus('counter/fine', 2));
    expect(failures).toEqual([{ itemIdentifier: 'counter/broken#1' }]);
    expect(warned).toHaveLength(1);
    expect(await versionAndState('counter/fine')).toEqual([2, 2]);
    tables.through((_, next) => next());
    expect(await fold(plus('counter/broken', 1), plus('counter/fine', 2))).toEqual([]);
    expect(await versionAndState('counter/broken')).toEqual([1, 1]);
    expect(await versionAndState('counter/fine')).toEqual([2, 2]);
  });

  it('[F4] passes over rooms of a kind that is not there any more, says so and goes on', async () => {
    const { fold, counted, warned } = coldFold(tables);
    expect(await fold(plus('gone/a', 1), plus('counter/stays', 1))).toEqual([]);
    expect(counted).toEqual([['UnknownRooms', 1]]);
    expect(warned).toHaveLength(1);
    expect(await versionAndState('counter/stays')).toEqual([1, 1]);
  });

  it('[F2] forgets what it remembers of a room when the room has another history, which may be shorter', async () => {
    const room = 'counter/restored';
    const { fold } = coldFold(tables);
    await fold(plus(room, 1));
    await fold(plus(room, 2), plus(room, 3));
    await tables.database.send(new DeleteCommand({ TableName: tables.names.log, Key: { room, from: 2 } }));
    const [name, event] = plus(room, 2, { id: 'after' });
    await fold([name, event, 'another']);
    expect(await versionAndState(room)).toEqual([2, 2]);
    expect((await tables.log.latest(room, counter)).epoch).toBe('another');
  });

  it('needs one write and no read of the log for a room that it remembers', async () => {
    const { fold } = coldFold(tables);
    await fold(plus('counter/warm', 1));
    const calls: string[] = [];
    tables.through(({ operation, input }, next) => {
      calls.push(`${operation} ${input.TableName ?? ''}`);
      return next();
    });
    await fold(plus('counter/warm', 2), plus('counter/warm', 3));
    expect(calls.filter((call) => call.includes('log'))).toEqual([expect.stringContaining('PutItem')]);
  });

  it('cuts a batch that is larger than a page into several', async () => {
    const room = 'tally/large';
    const events = Array.from(
      { length: 12 },
      (_, index): Appended => [
        room,
        {
          seq: index + 1,
          id: `${index}`,
          type: 'add',
          data: { amount: 0, text: 'x'.repeat(30_000) },
          by: 'ann',
          connection: 'c',
          at: 0,
        },
      ],
    );
    expect(await coldFold(tables).fold(...events)).toEqual([]);
    const pages = await tables.log.pages(room, 1, 99);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flatMap((page) => page.events).map(({ seq }) => seq)).toEqual(events.map(([, { seq }]) => seq));
  });

  it('gives a crowd more lanes for the next cast, every member in one', async () => {
    const members = Array.from({ length: 250 }, (_, index) => `member-${index}`);
    await join('counter/crowd', ...members);
    const { fold } = coldFold(tables);
    await fold(plus('counter/crowd', 1));
    expect(await tables.queued()).toHaveLength(1);
    await fold(plus('counter/crowd', 2));
    const deliveries = await tables.queued();
    expect(deliveries).toHaveLength(4);
    expect([...merge(deliveries).keys()].toSorted()).toEqual(members.toSorted());
    expect((await tables.log.pages('counter/crowd', 1, 2)).map(({ lanes }) => lanes)).toEqual([1, 4]);
  });

  it('[S1] has members closed whose time is over, with the next cast, and tells them nothing of it', async () => {
    const room = 'counter/over';
    const connections = createConnections(tables.database, tables.names.connections, () => 60_000);
    for (const [id, expiresAt] of [
      ['ended', 59_000],
      ['live', 61_000],
    ] as const)
      await connections.add({ id, wire: 'plain', rooms: [room], at: 0, expiresAt });
    const calls: string[] = [];
    tables.through(({ operation }, next) => {
      calls.push(operation);
      return next();
    });
    expect(await coldFold({ ...tables, connections }).fold(plus(room, 1))).toEqual([]);
    expect(calls.filter((call) => call === 'SendMessageBatch')).toHaveLength(1);
    const queued = await tables.queued();
    expect(queued).toContainEqual({ type: 'close', room, connections: ['ended'], texts: [], to: [] });
    expect([...merge(queued).keys()]).toEqual(['live']);
  });

  it('[F4] goes on where a sender can not be made a member', async () => {
    const create = (room: string): Appended =>
      plus(`game/${room}`, 1, {
        type: 'updateGame',
        data: { gameAction: 'createGame', gameId: room, game: {} },
      });
    tables.through(({ operation }, next) =>
      operation === 'UpdateItem'
        ? Promise.reject(new AwsError('ValidationException', 'Item size has exceeded the maximum.'))
        : next(),
    );
    const { fold, warned } = coldFold(tables);
    expect(await fold(create('FULL'), plus('counter/beside', 1))).toEqual([]);
    expect(warned).toEqual(['could not make a sender a member']);
    expect(await versionAndState('counter/beside')).toEqual([1, 1]);
  });

  it('[S3] refuses what one sender has too much of, the same in a fold that remembers and in one that reads the log', async () => {
    const pace = { perSecond: 10, burst: 20 };
    const began = Date.now();
    const verdicts = async (room: string, foldOf: () => ReturnType<typeof coldFold>) => {
      for (let seq = 1; seq <= 60; seq += 3) {
        const click = (place: number) => plus(room, place, { at: began + 40 * place, ack: true });
        await foldOf().fold(click(seq), click(seq + 1), click(seq + 2));
      }
      const pages = await tables.log.pages(room, 1, 99);
      return pages.flatMap(({ events }) => events.map(({ refused }) => refused));
    };
    const one = coldFold(tables, { pace });
    const warm = await verdicts('counter/fast', () => one);
    expect(warm).toContain('slow-down');
    expect(warm.filter((refused) => refused === undefined).length).toBeGreaterThan(20);
    expect(await verdicts('counter/fast-cold', () => coldFold(tables, { pace }))).toEqual(warm);
  });

  it('[S3] tells nobody but its sender of an action that was too much', async () => {
    await join('counter/told', 'ann', 'bob');
    const { fold } = coldFold(tables, { pace: { perSecond: 1, burst: 1 } });
    await fold(plus('counter/told', 1, { connection: 'bob', by: 'bob' }));
    await tables.queued();
    await fold(...[2, 3, 4].map((seq) => plus('counter/told', seq, { connection: 'bob', by: 'bob' })));
    const merged = merge(await tables.queued());
    expect([...merged.keys()]).toEqual(['bob']);
    expect(merged.get('bob')?.texts.map((text) => JSON.parse(text))).toEqual([
      { type: 'error', code: 'slow-down', message: expect.any(String), room: 'counter/told', reason: 'slow-down' },
    ]);
  });

  it('[F4] goes on where the record of a sender is full', async () => {
    const rooms = Array.from({ length: 100 }, (_, index) => `chat/full-${index}`);
    await tables.connections.add({ id: 'full', wire: 'foldcast.v1', rooms, at: 0 });
    const { fold, warned } = coldFold(tables);
    const data = { gameAction: 'createGame', gameId: 'MANY', game: {} };
    const create = plus('game/MANY', 1, { type: 'updateGame', data, connection: 'full', ack: true });
    expect(await fold(create, plus('counter/next', 1))).toEqual([]);
    expect(warned).toEqual([]);
    expect(await versionAndState('counter/next')).toEqual([1, 1]);
    expect(await tables.connections.members('game/MANY')).toEqual([]);
    expect((await tables.queued()).flatMap(({ texts }) => texts)).toEqual([expect.stringContaining('"ack"')]);
  });

  it('[F4] passes by a record that can not be read, and goes on', async () => {
    const { fold, counted, warned } = coldFold(tables);
    const odd = plus('counter/odd', 1);
    Object.assign(odd[1], { toJSON: () => 'no event' });
    expect(await fold(odd, plus('counter/even', 1))).toEqual([]);
    expect(counted).toEqual([['UnreadableRecords', 1]]);
    expect(warned).toHaveLength(1);
    expect(await versionAndState('counter/even')).toEqual([1, 1]);
  });

  it('[F6] makes a member of who sends again, from a new connection, what made them one', async () => {
    const room = 'game/LOST';
    const data = { gameAction: 'createGame', gameId: 'LOST', game: {} };
    const create = (seq: number, connection: string, more: Partial<Draft> = {}): Appended => [
      room,
      { seq, id: 'c1', type: 'updateGame', data, by: connection, connection, at: seq, ack: true, ...more },
    ];
    for (const id of ['old', 'new']) await tables.connections.add({ id, wire: 'foldcast.v1', rooms: [], at: 0 });
    const { fold } = coldFold(tables);
    await fold(create(1, 'old'));
    await fold(create(2, 'new', { retry: true }));
    const members = await tables.connections.members(room);
    expect(members.map(({ connection }) => connection).toSorted()).toEqual(['new', 'old']);
  });
});
