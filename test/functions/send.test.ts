import { AwsError } from 'pulumi-local';
import { describe, expect, it } from 'vitest';
import type { Posted } from '../../functions/post.ts';
import type { Delivery, Message } from '../../store/deliveries.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldSend, events, eventually, longAgo, state } from './cold-send.ts';

const tables = await tablesOfFile();

const add = (id: string, at = longAgo) =>
  tables.connections.add({ id, wire: 'plain', rooms: ['counter/a', 'counter/b'], at });

describe('send', () => {
  it('posts each connection all events, in their order', async () => {
    const { send, posts } = coldSend(tables);
    await send(events(2, ['ann', 'bob'], 'c', 'd'), events(1, ['ann'], 'a', 'b'));
    expect(posts.filter(([to]) => to === 'ann').map(([, payload]) => payload)).toEqual(['a', 'b', 'c', 'd']);
    expect(posts.filter(([to]) => to === 'bob').map(([, payload]) => payload)).toEqual(['c', 'd']);
  });

  it('posts a cast that was cut into several deliveries from its beginning', async () => {
    const { send, posts } = coldSend(tables);
    await send(events(2, ['ann'], 'a', 'b'), events(2, ['ann'], 'c'), events(2, ['ann'], 'd'));
    expect(posts.map(([, payload]) => payload)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('posts what several groups of a delivery have for one connection in their order', async () => {
    const { send, posts } = coldSend(tables);
    const groups = [['a', 'b'], ['c'], ['d']].map((payloads) => ({ payloads, connections: ['ann'] }));
    await send({ ...events(1, []), groups });
    expect(posts.map(([, payload]) => payload)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[C2] posts only the newest state of a batch, to each connection its newest', async () => {
    const { send, posts } = coldSend(tables);
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
    const { send, posts } = coldSend(tables);
    await send(state(5, ['ann']));
    await send(state(4, ['ann', 'bob']), state(5, ['ann']));
    expect(posts).toEqual([
      ['ann', 'v5'],
      ['bob', 'v4'],
    ]);
  });

  it('[C2] posts a recast of the version it posted before, and no older one', async () => {
    const { send, posts } = coldSend(tables);
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
    const { send, posts } = coldSend(tables, { dead: [{ outcome: 'gone' }] });
    expect(await send(state(1, ['dead', 'live']))).toEqual([]);
    expect(posts).toContainEqual(['live', 'v1']);
    expect(await tables.connections.get('dead')).toBeUndefined();
    for (const room of ['counter/a', 'counter/b'])
      expect(await tables.connections.members(room)).not.toContainEqual({ connection: 'dead' });
    expect(await tables.queued()).toEqual([]);
  });

  it('[S1] tries a connection again that may only just be opening', async () => {
    await add('young', Date.now());
    const { send } = coldSend(tables, { young: [{ outcome: 'gone' }] });
    await send(state(1, ['young']));
    expect(await tables.connections.get('young')).toBeDefined();
    expect(await eventually(tables)).toEqual([state(1, ['young'], { attempt: 1 })]);
  });

  it('[S1] puts back what could not be posted, for those connections alone', async () => {
    const busy: Posted = { outcome: 'busy', cause: 'throttled' };
    const { send } = coldSend(tables, { slow: [busy], half: [{ outcome: 'sent' }, busy] });
    expect(await send(events(3, ['slow', 'ann', 'half'], 'a', 'b', 'c'))).toEqual([]);
    const left = (await eventually(tables)) as readonly Delivery[];
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
      tables,
      Object.fromEntries(names.map((name) => [name, [{ outcome: 'busy', cause: 'throttled' }]])),
    );
    await send(events(1, names, 'a', 'b'));
    const left = (await eventually(tables)) as readonly Delivery[];
    expect(left.map(({ groups }) => groups)).toEqual([[{ payloads: ['a', 'b'], connections: names }]]);
  });

  it('[S1] puts back in several deliveries what has grown too large for one', async () => {
    const busy: Posted[] = [{ outcome: 'busy', cause: 'throttled' }];
    const { send } = coldSend(tables, { ann: busy, bob: [...busy] });
    const tea = '\u{1F375}'.repeat(30_000);
    const groups = ['ann', 'bob'].map((name) => ({ payloads: [`${name} ${tea}`], connections: [name] }));
    expect(await send({ ...events(1, []), groups })).toEqual([]);
    expect(await eventually(tables, 2)).toHaveLength(2);
  });

  describe('when its time is over', () => {
    const texts = ['a', 'b', 'c', 'd', 'e'];

    it('puts back the rest at once, for another try of the same number', async () => {
      const { send, posts } = coldSend(tables, {}, 2);
      expect(await send({ ...events(4, ['ann'], ...texts), attempt: 3 })).toEqual([]);
      expect(posts).toHaveLength(2);
      expect(await tables.queued()).toEqual([{ ...events(4, ['ann'], 'c', 'd', 'e'), attempt: 3 }]);
    });

    it('loses nothing and keeps the order for each, in as many batches as it takes', async () => {
      const { send, posts } = coldSend(tables, {}, 4);
      let queue: readonly Message[] = [events(1, ['ann', 'bob', 'cid'], ...texts)];
      for (let batches = 0; queue.length > 0 && batches < 20; batches += 1) {
        expect(await send(...queue)).toEqual([]);
        queue = await tables.queued();
      }
      for (const name of ['ann', 'bob', 'cid'])
        expect(posts.filter(([to]) => to === name).map(([, payload]) => payload)).toEqual(texts);
    });

    it('counts an attempt for those alone that were busy', async () => {
      const { send } = coldSend(tables, { ann: [{ outcome: 'busy', cause: 'throttled' }] }, 2);
      await send(events(1, ['ann', 'bob'], 'a', 'b'));
      expect(await tables.queued()).toEqual([events(1, ['bob'], 'b')]);
      expect(await eventually(tables)).toEqual([{ ...events(1, ['ann'], 'a', 'b'), attempt: 1 }]);
    });

    it('[C2] does not take a state that it put back for one that it has posted', async () => {
      const { send, posts } = coldSend(tables, {}, 1);
      await send(state(1, ['ann', 'bob']));
      await send(...(await tables.queued()));
      expect(posts.toSorted()).toEqual([
        ['ann', 'v1'],
        ['bob', 'v1'],
      ]);
    });

    it('leaves a recast to the next batch', async () => {
      const { send } = coldSend(tables, {}, 0);
      expect(await send({ recast: 'counter/a' })).toEqual([]);
      expect(await tables.queued()).toEqual([{ recast: 'counter/a' }]);
    });
  });

  it('[S1] leaves to SQS what failed many times, so that it ends on the dead-letter queue', async () => {
    const { send } = coldSend(tables, { slow: [{ outcome: 'busy', cause: 'throttled' }] });
    expect(await send(state(1, ['ann']), state(2, ['slow'], { attempt: 6 }))).toEqual(['m1']);
  });

  it('leaves out a message that can never be posted, and goes on with the next', async () => {
    const { send, posts } = coldSend(tables, { ann: [{ outcome: 'rejected', cause: 'too large' }] });
    expect(await send(events(1, ['ann'], 'huge', 'small'))).toEqual([]);
    expect(posts).toEqual([
      ['ann', 'huge'],
      ['ann', 'small'],
    ]);
    expect(await tables.queued()).toEqual([]);
  });

  it('has a record come again whose rest could not be queued, and that one alone', async () => {
    const { send } = coldSend(tables, { slow: [{ outcome: 'busy', cause: 'throttled' }] });
    tables.through(({ operation }, next) =>
      operation === 'SendMessageBatch' ? Promise.reject(new AwsError('Busy', 'No.', 400)) : next(),
    );
    expect(await send(state(1, ['ann']), events(2, ['slow'], 'a'))).toEqual(['m1']);
  });
});
