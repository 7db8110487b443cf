import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { counter } from '../../domain/counter.ts';
import { createRegistry } from '../../domain/registry.ts';
import { createCaster } from '../../functions/caster.ts';
import type { Posted } from '../../functions/post.ts';
import { sendHandler } from '../../functions/send/handler.ts';
import type { Asked } from '../../functions/send/recast.ts';
import { AwsError } from '../../local/aws.ts';
import { type Delivery, encode, type Message } from '../../store/deliveries.ts';
import { startTables, type Tables } from '../store/tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await startTables();
});
afterEach(async () => {
  tables.through((_, next) => next());
  await tables.queued();
});
afterAll(() => tables.close());

const longAgo = Date.now() - 3_600_000;

/**
 * A sender with a memory of its own. `answers`: what API Gateway makes of posts to a connection, in turn; then `sent`. `most`: how
 * many posts each batch has time for.
 */
const coldSend = (answers: Record<string, Posted[]> = {}, most = Number.POSITIVE_INFINITY) => {
  const posts: [connection: string, payload: string][] = [];
  let clock = Date.now();
  const handler = sendHandler({
    registry: createRegistry([counter]),
    post: async (connection, payload) => {
      posts.push([connection, payload]);
      return answers[connection]?.shift() ?? { outcome: 'sent' };
    },
    connections: tables.connections,
    deliveries: tables.deliveries,
    heads: tables.heads,
    log: tables.log,
    cast: createCaster(tables.connections, tables.deliveries),
    posted: new Map<string, number>(),
    asked: new Map<string, Asked>(),
    logger: { info: () => {}, error: () => {} },
    concurrency: 10,
    now: () => clock,
  });
  const send = async (...messages: readonly Message[]) => {
    const Records = messages.map((message, index) => ({ messageId: `m${index}`, body: encode(message) }));
    const end = posts.length + most;
    const context = { getRemainingTimeInMillis: () => (posts.length < end ? 30_000 : 7_000) };
    const { batchItemFailures } = await handler({ Records } as SQSEvent, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { send, posts, pass: (ms: number) => (clock += ms) };
};

const state = (version: number, connections: readonly string[], more: Partial<Delivery> = {}): Delivery => ({
  room: 'counter/a',
  cast: 'state',
  version,
  groups: [{ payloads: [`v${version}`], connections }],
  ...more,
});

const events = (version: number, connections: readonly string[], ...payloads: readonly string[]): Delivery => ({
  room: 'chat/a',
  cast: 'events',
  version,
  groups: [{ payloads, connections }],
});

const add = (id: string, at = longAgo) =>
  tables.connections.add({ id, wire: 'plain', rooms: ['counter/a', 'counter/b'], at });
const draft = { id: 'x', type: 'plus', data: {}, by: 'ann', connection: 'c', at: 0 };

describe('send', () => {
  it('posts each connection all events, in their order', async () => {
    const { send, posts } = coldSend();
    await send(events(2, ['ann', 'bob'], 'c', 'd'), events(1, ['ann'], 'a', 'b'));
    expect(posts.filter(([to]) => to === 'ann').map(([, payload]) => payload)).toEqual(['a', 'b', 'c', 'd']);
    expect(posts.filter(([to]) => to === 'bob').map(([, payload]) => payload)).toEqual(['c', 'd']);
  });

  it('posts a cast that was cut into several deliveries from its beginning', async () => {
    const { send, posts } = coldSend();
    await send(events(2, ['ann'], 'a', 'b'), events(2, ['ann'], 'c'), events(2, ['ann'], 'd'));
    expect(posts.map(([, payload]) => payload)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('posts what several groups of a delivery have for one connection in their order', async () => {
    const { send, posts } = coldSend();
    const groups = [['a', 'b'], ['c'], ['d']].map((payloads) => ({ payloads, connections: ['ann'] }));
    await send({ ...events(1, []), groups });
    expect(posts.map(([, payload]) => payload)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[C2] posts only the newest state of a batch, to each connection its newest', async () => {
    const { send, posts } = coldSend();
    await send(
      state(3, ['ann']),
      state(5, ['ann']),
      state(4, ['ann', 'bob']),
      state(1, ['ann'], { room: 'counter/b' }),
    );
    expect(posts.toSorted()).toEqual([
      ['ann', 'v1'],
      ['ann', 'v5'],
      ['bob', 'v4'],
    ]);
  });

  it('[C2] leaves out a state that is no newer than one it posted', async () => {
    const { send, posts } = coldSend();
    await send(state(5, ['ann']));
    await send(state(4, ['ann', 'bob']), state(5, ['ann']));
    expect(posts).toEqual([
      ['ann', 'v5'],
      ['bob', 'v4'],
    ]);
  });

  it('[C2] posts a recast of the version it posted before, and no older one', async () => {
    const { send, posts } = coldSend();
    await send(state(5, ['ann']));
    await send(state(5, ['ann'], { again: true }));
    await send(state(4, ['ann'], { again: true }));
    expect(posts).toEqual([
      ['ann', 'v5'],
      ['ann', 'v5'],
    ]);
  });

  it('[S1] forgets a connection that is gone, and posts to the others', async () => {
    await Promise.all([add('dead'), add('live')]);
    const { send, posts } = coldSend({ dead: [{ outcome: 'gone' }] });
    expect(await send(state(1, ['dead', 'live']))).toEqual([]);
    expect(posts).toContainEqual(['live', 'v1']);
    expect(await tables.connections.get('dead')).toBeUndefined();
    for (const room of ['counter/a', 'counter/b'])
      expect(await tables.connections.members(room)).not.toContainEqual({ connection: 'dead' });
    expect(await tables.queued()).toEqual([]);
  });

  it('[S1] tries a connection again that may only just be opening', async () => {
    await add('young', Date.now());
    const { send } = coldSend({ young: [{ outcome: 'gone' }] });
    await send(state(1, ['young']));
    expect(await tables.connections.get('young')).toBeDefined();
    expect(await eventually()).toEqual([state(1, ['young'], { attempt: 1 })]);
  });

  it('[S1] puts back what could not be posted, for those connections alone', async () => {
    const busy: Posted = { outcome: 'busy', cause: 'throttled' };
    const { send } = coldSend({ slow: [busy], half: [{ outcome: 'sent' }, busy] });
    expect(await send(events(3, ['slow', 'ann', 'half'], 'a', 'b', 'c'))).toEqual([]);
    const left = (await eventually()) as readonly Delivery[];
    expect(
      left
        .flatMap(({ groups, attempt }) => groups.map(({ connections, payloads }) => [connections, payloads, attempt]))
        .toSorted(),
    ).toEqual([
      [['half'], ['b', 'c'], 1],
      [['slow'], ['a', 'b', 'c'], 1],
    ]);
  });

  it('[S1] names together in what it puts back those who are left the same', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `slow ${index}`);
    const { send } = coldSend(
      Object.fromEntries(names.map((name) => [name, [{ outcome: 'busy', cause: 'throttled' }]])),
    );
    await send(events(1, names, 'a', 'b'));
    const left = (await eventually()) as readonly Delivery[];
    expect(left.map(({ groups }) => groups)).toEqual([[{ payloads: ['a', 'b'], connections: names }]]);
  });

  it('[S1] puts back in several deliveries what has grown too large for one', async () => {
    const busy: Posted[] = [{ outcome: 'busy', cause: 'throttled' }];
    const { send } = coldSend({ ann: busy, bob: [...busy] });
    const tea = '\u{1F375}'.repeat(30_000);
    const groups = ['ann', 'bob'].map((name) => ({ payloads: [`${name} ${tea}`], connections: [name] }));
    expect(await send({ ...events(1, []), groups })).toEqual([]);
    expect(await eventually(2)).toHaveLength(2);
  });

  describe('when its time is over', () => {
    const texts = ['a', 'b', 'c', 'd', 'e'];

    it('puts back the rest at once, for another try of the same number', async () => {
      const { send, posts } = coldSend({}, 2);
      expect(await send({ ...events(4, ['ann'], ...texts), attempt: 3 })).toEqual([]);
      expect(posts).toHaveLength(2);
      expect(await tables.queued()).toEqual([{ ...events(4, ['ann'], 'c', 'd', 'e'), attempt: 3 }]);
    });

    it('loses nothing and keeps the order for each, in as many batches as it takes', async () => {
      const { send, posts } = coldSend({}, 4);
      let queue: readonly Message[] = [events(1, ['ann', 'bob', 'cid'], ...texts)];
      for (let batches = 0; queue.length > 0 && batches < 20; batches += 1) {
        expect(await send(...queue)).toEqual([]);
        queue = await tables.queued();
      }
      for (const name of ['ann', 'bob', 'cid'])
        expect(posts.filter(([to]) => to === name).map(([, payload]) => payload)).toEqual(texts);
    });

    it('counts an attempt for those alone that were busy', async () => {
      const { send } = coldSend({ ann: [{ outcome: 'busy', cause: 'throttled' }] }, 2);
      await send(events(1, ['ann', 'bob'], 'a', 'b'));
      expect(await tables.queued()).toEqual([events(1, ['bob'], 'b')]);
      expect(await eventually()).toEqual([{ ...events(1, ['ann'], 'a', 'b'), attempt: 1 }]);
    });

    it('[C2] does not take a state that it put back for one that it has posted', async () => {
      const { send, posts } = coldSend({}, 1);
      await send(state(1, ['ann', 'bob']));
      await send(...(await tables.queued()));
      expect(posts.toSorted()).toEqual([
        ['ann', 'v1'],
        ['bob', 'v1'],
      ]);
    });

    it('leaves a recast to the next batch', async () => {
      const { send } = coldSend({}, 0);
      expect(await send({ recast: 'counter/a' })).toEqual([]);
      expect(await tables.queued()).toEqual([{ recast: 'counter/a' }]);
    });
  });

  it('[S1] leaves to SQS what failed many times, so that it ends on the dead-letter queue', async () => {
    const { send } = coldSend({ slow: [{ outcome: 'busy', cause: 'throttled' }] });
    expect(await send(state(1, ['ann']), state(2, ['slow'], { attempt: 6 }))).toEqual(['m1']);
  });

  it('leaves out a message that can never be posted, and goes on with the next', async () => {
    const { send, posts } = coldSend({ ann: [{ outcome: 'rejected', cause: 'too large' }] });
    expect(await send(events(1, ['ann'], 'huge', 'small'))).toEqual([]);
    expect(posts).toEqual([
      ['ann', 'huge'],
      ['ann', 'small'],
    ]);
    expect(await tables.queued()).toEqual([]);
  });

  it('has a record come again whose rest could not be queued, and that one alone', async () => {
    const { send } = coldSend({ slow: [{ outcome: 'busy', cause: 'throttled' }] });
    tables.through(({ operation }, next) =>
      operation === 'SendMessageBatch' ? Promise.reject(new AwsError('Busy', 'No.', 400)) : next(),
    );
    expect(await send(state(1, ['ann']), events(2, ['slow'], 'a'))).toEqual(['m1']);
  });

  it('[C2] asks for a recast when something was appended before its post was through, once a second', async () => {
    const room = 'counter/overtaken';
    await tables.heads.append(room, draft);
    await tables.heads.append(room, draft);
    const { send, pass } = coldSend();
    await send(state(2, ['ann'], { room }));
    expect(await tables.queued()).toEqual([]);
    await send(state(1, ['bob'], { room }));
    await send(state(1, ['cid'], { room }));
    expect(await eventually()).toEqual([{ recast: room }]);
    pass(1_000);
    await send(state(1, ['dan'], { room }));
    expect(await eventually()).toEqual([{ recast: room }]);
  });

  it('[C2] posts again, and looks again, when the look at the head failed', async () => {
    const room = 'counter/unseen';
    for (let seq = 1; seq <= 2; seq += 1) await tables.heads.append(room, draft);
    const { send, posts } = coldSend();
    tables.through(({ operation }, next) =>
      operation === 'GetItem' ? Promise.reject(new AwsError('Busy', 'No.', 400)) : next(),
    );
    expect(await send(state(1, ['ann'], { room }), events(1, ['ann'], 'a'))).toEqual(['m0']);
    tables.through((_, next) => next());
    expect(await send(state(1, ['ann'], { room }))).toEqual([]);
    expect(posts.filter(([, payload]) => payload === 'v1')).toHaveLength(2);
    expect(await eventually()).toEqual([{ recast: room }]);
  });

  it('[C2] waits longer for each recast of a room that stays where it is', async () => {
    const room = 'counter/stuck';
    for (let seq = 1; seq <= 2; seq += 1) await tables.heads.append(room, draft);
    const { send, pass } = coldSend();
    const asked: unknown[] = [];
    tables.through(({ operation, input }, next) => {
      if (operation !== 'SendMessageBatch') return next();
      asked.push((input.Entries as { DelaySeconds: number }[])[0]?.DelaySeconds);
      return Promise.resolve({ Successful: [], Failed: [] });
    });
    for (const connection of ['a', 'b', 'c', 'd']) {
      await send(state(1, [connection], { room }));
      pass(2_000);
    }
    expect(asked).toEqual([1, 2, 4]);
  });

  it('[C2] casts the latest state to every member when asked for a recast', async () => {
    const room = 'counter/recast';
    await tables.connections.add({ id: 'ann', wire: 'plain', rooms: [room], at: longAgo });
    await tables.log.commit({ room, from: 1, to: 3, events: [], bytes: 1, state: 9, at: 1 });
    await coldSend().send({ recast: room });
    const [delivery] = (await tables.queued()) as readonly Delivery[];
    expect(delivery).toMatchObject({ room, version: 3, groups: [{ connections: ['ann'] }], again: true });
    expect(JSON.parse(delivery?.groups[0]?.payloads[0] ?? '')).toMatchObject({ value: 9 });
  });
});

/** What was queued with a delay, once it can be received. */
const eventually = async (count = 1): Promise<readonly Message[]> => {
  const messages: Message[] = [];
  const end = Date.now() + 10_000;
  while (messages.length < count && Date.now() < end) messages.push(...(await tables.queued()));
  return messages;
};
