import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../domain/delivery.ts';
import type { Posted } from '../../functions/post.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldSend, longAgo, state, texts } from './cold-send.ts';

const tables = await tablesOfFile();

const add = (id: string, at = longAgo) =>
  tables.connections.add({ id, wire: 'plain', rooms: ['counter/a', 'counter/b'], at });

const membersOf = async (room: string) =>
  (await tables.connections.members(room)).map(({ connection }) => connection).toSorted();

const busy = { outcome: 'busy', cause: 'throttled' } as const;
const always = <Answer>(answer: Answer): Answer[] => {
  const answers: Answer[] = [];
  answers.shift = () => answer;
  return answers;
};

describe('a batch of deliveries', () => {
  it('is posted to each connection in order, states last and the newest alone', async () => {
    const { send, postsTo } = coldSend(tables);
    expect(await send(state(1, 'ann', 'bob'), texts(['ann'], 'a', 'b'), state(2, 'ann'), texts(['ann'], 'c'))).toEqual(
      [],
    );
    expect(postsTo('ann')).toEqual(['a', 'b', 'c', 'v2']);
    expect(postsTo('bob')).toEqual(['v1']);
  });

  it('keeps groups apart: a room is no news about another', async () => {
    const { receive, postsTo } = coldSend(tables);
    await receive(
      { id: 'm1', body: JSON.stringify(state(1, 'ann')), group: 'counter/a#0' },
      { id: 'm2', body: JSON.stringify(state(2, 'ann')), group: 'counter/b#0' },
    );
    expect(postsTo('ann').toSorted()).toEqual(['v1', 'v2']);
  });

  it.each([
    ['no JSON', '{"type":'],
    ['null', 'null'],
    ['no delivery', '{"type":"state"}'],
    ['a text that is none', '{"type":"direct","texts":[7],"to":[{"connections":["bob"],"texts":[0]}]}'],
    ['a place without a text', '{"type":"direct","texts":["a"],"to":[{"connections":["bob"],"texts":[1]}]}'],
    ['a connection that is none', '{"type":"direct","texts":["a"],"to":[{"connections":[{}],"texts":[0]}]}'],
    ['of another type', '{"type":"toString","room":"a","texts":["a"],"to":[{"connections":["bob"],"texts":[0]}]}'],
    ['events that are none', '{"type":"events","room":"a","texts":[],"to":[{"connections":["bob"],"texts":[]}]}'],
    ['of nobody to close', '{"type":"close","room":"a","texts":[],"to":[],"connections":"bob"}'],
    ['recipients that are none', '{"type":"state","room":"counter/a","texts":[],"to":[{"texts":[0]}]}'],
  ])('parks a message that is %s, and goes on', async (_, body) => {
    const { receive, postsTo, posts } = coldSend(tables);
    const id = `unreadable-${body}`;
    expect(await receive({ id, body }, { id: 'm2', body: JSON.stringify(state(1, 'ann')) })).toEqual([]);
    expect(postsTo('ann')).toEqual(['v1']);
    expect(posts).toHaveLength(1);
    expect(await tables.dead()).toEqual([body]);
  });

  it('leaves out a message that can never be posted, and goes on with the next', async () => {
    const { send, posts } = coldSend(tables, { posts: { ann: [{ outcome: 'rejected', cause: 'too large' }] } });
    expect(await send(texts(['ann'], 'huge', 'small'))).toEqual([]);
    expect(posts).toEqual([
      ['ann', 'huge'],
      ['ann', 'small'],
    ]);
  });
});

describe('a connection whose time is over', () => {
  const over = (...connections: readonly string[]): Delivery => ({
    type: 'close',
    room: 'counter/a',
    connections,
    texts: [],
    to: [],
  });

  it('[S1] is told so, closed and forgotten, and others are posted to', async () => {
    await Promise.all([add('ended'), add('live')]);
    const { send, posts, closed } = coldSend(tables);
    expect(await send(over('ended'), state(1, 'live'))).toEqual([]);
    expect(closed).toEqual(['ended']);
    expect(posts.filter(([to]) => to === 'ended').map(([, text]) => JSON.parse(text))).toMatchObject([
      { type: 'error', code: 'expired' },
    ]);
    expect(posts).toContainEqual(['live', 'v1']);
    expect(await tables.connections.get('ended')).toBeUndefined();
    expect(await membersOf('counter/a')).not.toContain('ended');
  });

  it('[S1] is forgotten where it was gone before, and kept where it can not be closed just now', async () => {
    await Promise.all([add('gone-before'), add('stays')]);
    const { send, closed } = coldSend(tables, {
      posts: { 'gone-before': [{ outcome: 'gone' }] },
      closes: { stays: [{ outcome: 'busy', cause: 'throttled' }] },
    });
    expect(await send(over('gone-before', 'stays'))).toEqual([]);
    expect(closed).toEqual(['stays']);
    expect(await tables.connections.get('gone-before')).toBeUndefined();
    expect(await membersOf('counter/a')).toContain('stays');
  });
});

describe('a connection that is gone', () => {
  it('[S1] is forgotten everywhere, and the others are posted to', async () => {
    await Promise.all([add('dead'), add('live')]);
    const { send, postsTo } = coldSend(tables, { posts: { dead: [{ outcome: 'gone' }] } });
    expect(await send(texts(['dead', 'live'], 'a', 'b'))).toEqual([]);
    expect(postsTo('dead')).toEqual(['a']);
    expect(postsTo('live')).toEqual(['a', 'b']);
    expect(await tables.connections.get('dead')).toBeUndefined();
    for (const room of ['counter/a', 'counter/b']) {
      expect(await membersOf(room)).toContain('live');
      expect(await membersOf(room)).not.toContain('dead');
    }
  });

  it('[S1] is tried again while it may only just be opening', async () => {
    await add('opening', Date.now());
    const { send, postsTo, closed } = coldSend(tables, {
      posts: { opening: [{ outcome: 'gone' }, { outcome: 'gone' }] },
    });
    expect(await send(texts(['opening'], 'a'))).toEqual([]);
    expect(postsTo('opening')).toEqual(['a', 'a', 'a']);
    expect(closed).toEqual([]);
    expect(await membersOf('counter/a')).toContain('opening');
  });

  it('[S1] is left alone where it never opens: somebody who comes later finds it gone', async () => {
    await add('unborn', Date.now());
    const { send } = coldSend(tables, {
      posts: { unborn: always({ outcome: 'gone' }) },
      closes: { unborn: [{ outcome: 'gone' }] },
    });
    expect(await send(texts(['unborn', 'ann'], 'a'))).toEqual([]);
    expect(await membersOf('counter/a')).toContain('unborn');
  });

  it('is told to who sent it a message', async () => {
    const { send, told } = coldSend(tables, {
      posts: { nobody: [{ outcome: 'gone' }], odd: [{ outcome: 'rejected', cause: 400 }] },
    });
    const direct = (target: string) =>
      ({
        type: 'direct',
        texts: ['Hi'],
        to: [{ texts: [0], connections: [target] }],
        sender: { connection: 'ann' },
      }) as const;
    await send(direct('nobody'));
    await send(direct('odd'));
    await send(direct('bob'));
    expect(told).toEqual([
      ['ann', 'no-such-connection'],
      ['ann', 'no-such-connection'],
    ]);
  });

  it('disturbs nobody where it can not be forgotten', async () => {
    const { send, postsTo } = coldSend(tables, { posts: { stays: [{ outcome: 'gone' }] } });
    tables.through(({ operation }, next) =>
      operation === 'GetItem' || operation === 'PostToConnection' ? next() : Promise.reject(new Error('no')),
    );
    expect(await send(texts(['stays', 'ann'], 'a'))).toEqual([]);
    expect(postsTo('ann')).toEqual(['a']);
  });
});

describe('a connection that takes nothing', () => {
  it('[S1] is tried again after all others had their turn, and gets all in order', async () => {
    const { send, posts, postsTo, closed } = coldSend(tables, {
      posts: { slow: [busy, busy, { outcome: 'sent' }, busy] },
    });
    expect(await send(texts(['slow', 'ann'], 'a', 'b'))).toEqual([]);
    expect(postsTo('slow')).toEqual(['a', 'a', 'a', 'b', 'b']);
    expect(posts.findLastIndex(([to]) => to === 'ann')).toBeLessThan(posts.length - 4);
    expect(closed).toEqual([]);
  });

  it('[S1] is closed and forgotten after some seconds, and goes to no dead letters', async () => {
    await add('deaf');
    const { send, postsTo, closed } = coldSend(tables, { posts: { deaf: always(busy) } });
    expect(await send(texts(['deaf', 'ann'], 'a', 'b'))).toEqual([]);
    expect(closed).toEqual(['deaf']);
    expect(postsTo('ann')).toEqual(['a', 'b']);
    expect(await membersOf('counter/a')).not.toContain('deaf');
  });

  it('[S1] is not closed where the account is throttled: what is left of the group comes again, and nothing of it twice', async () => {
    await add('innocent');
    const posts: Record<string, Posted[]> = { innocent: always(busy) };
    const { receive, postsTo, closed } = coldSend(tables, { posts, closes: { innocent: always(busy) } }, 30);
    const batch = [texts(['ann'], 'a'), texts(['ann', 'innocent'], 'b', 'c'), texts(['ann'], 'd')].map(
      (delivery, index) => ({ id: `m${index}`, body: JSON.stringify(delivery) }),
    );
    expect(await receive(...batch)).toEqual(['m1', 'm2']);
    expect(closed.length).toBeGreaterThan(0);
    expect(await membersOf('counter/a')).toContain('innocent');
    posts.innocent = [];
    const before = postsTo('innocent').length;
    expect(await receive(...batch.slice(1))).toEqual([]);
    expect(postsTo('ann')).toEqual(['a', 'b', 'c', 'd']);
    expect(postsTo('innocent').slice(before)).toEqual(['b', 'c']);
  });
});

describe('when its time is over', () => {
  it('goes on where it was when the rest comes again: everything once, in order', async () => {
    const { receive, postsTo } = coldSend(tables, {}, 4);
    const all = ['a', 'b', 'c', 'd', 'e'];
    const bodies = [texts(['ann', 'bob', 'cid'], ...all), state(1, 'ann'), texts(['bob'], 'f')];
    let left = bodies.map((delivery, index) => ({ id: `m${index}`, body: JSON.stringify(delivery) }));
    for (let batches = 0; left.length > 0 && batches < 20; batches += 1) {
      const failed = await receive(...left);
      left = left.filter(({ id }) => failed.includes(id));
    }
    expect(left).toEqual([]);
    expect(postsTo('ann')).toEqual([...all, 'v1']);
    expect(postsTo('bob')).toEqual([...all, 'f']);
    expect(postsTo('cid')).toEqual(all);
  });

  it('makes what is left visible again within seconds', async () => {
    const { receive } = coldSend(tables, {}, 0);
    await tables.deliveries.queue([{ group: 'counter/a#0', name: 'left', delivery: state(1, 'ann') }]);
    const get = async () =>
      (await tables.sqs.send(new ReceiveMessageCommand({ QueueUrl: tables.urls.queue, WaitTimeSeconds: 10 })))
        .Messages ?? [];
    const [message] = await get();
    expect(await receive({ id: 'left', body: message?.Body ?? '', handle: message?.ReceiptHandle ?? '' })).toEqual([
      'left',
    ]);
    expect(await get()).toHaveLength(1);
  });
});
