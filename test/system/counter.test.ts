import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refold } from '../../domain/fold.ts';
import { counter } from '../../domain/kinds/counter.ts';
import type { Page } from '../../domain/page.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';

const room = 'counter/global-counter';
const clients = 50;
const each = 40;
const total = clients * each;

describe('a shared counter', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system.close());

  it('tells everyone, the sender included, and takes other keys as they come', async () => {
    const [ann, bob] = await Promise.all([system.connect(), system.connect()]);
    ann.send({ action: 'plus', value: 41 });
    await Promise.all([ann.shows(1), bob.shows(1)]);
    expect(ann.last()).toMatchObject({ type: 'state', value: 1 });
    bob.send('  {"action":"minus"}\r\n');
    await Promise.all([ann.shows(0), bob.shows(0)]);
    await Promise.all([ann.close(), bob.close()]);
  });

  it('sends nothing to a newcomer before something happens', async () => {
    const ann = await system.connect();
    const bob = await system.connect();
    ann.send({ action: 'plus' });
    await bob.shows(1);
    expect(new Set(bob.messages).size).toBe(1);
    await Promise.all([ann.close(), bob.close()]);
  });

  it('forgets a connection that closes', async () => {
    const ann = await system.connect();
    await until('ann is a member', async () => (await system.connections.members(room)).length === 1);
    await ann.close();
    await until('nobody is a member', async () => (await system.connections.members(room)).length === 0);
  });
});

describe(`${clients} clients who click ${each} times as fast as they can`, () => {
  let system: System;
  let pages: readonly Page[];
  const sent = { appends: 0, posts: 0 };
  let lastMessages: unknown[] = [];
  beforeAll(async () => {
    system = await startSystem();
    const all = await Promise.all(Array.from({ length: clients }, () => system.connect()));
    for (let click = 0; click < each; click += 1) for (const client of all) client.send({ action: 'plus' });
    await Promise.all(all.map((client) => client.shows(total, 60_000)));
    // Whatever is still on its way could only be a recast of the same state.
    await until('all is quiet', async () => (await system.heads.version(room)) === total);
    lastMessages = all.map((client) => client.last().value);
    sent.posts = all.reduce((sum, client) => sum + client.messages.length, 0);
    pages = await system.log.pages(room, 1, Number.MAX_SAFE_INTEGER);
  }, 90_000);
  afterAll(() => system.close());

  it('[A1] makes one write and no read for each click', () => {
    expect(system.calls('append')).toEqual({ UpdateItem: total });
  });

  it('[F3] has every click in the log, in order and without gaps', () => {
    const events = pages.flatMap((page) => page.events);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(total);
    expect(events.filter((event) => event.refused !== undefined)).toEqual([]);
  });

  it('[L1] has checkpoints that follow from each other', () => {
    let state = counter.initial;
    let next = 1;
    for (const page of pages) {
      expect(page.from).toBe(next);
      next = page.to + 1;
      state = refold<number>(counter as never, state, page.events);
      if ('state' in page) expect(page.state).toBe(state);
    }
    expect(state).toBe(total);
  });

  it('[C2] leaves every client at the sum', () => {
    expect(lastMessages).toEqual(Array.from({ length: clients }, () => total));
  });

  it('sends far fewer messages than clicks times clients', () => {
    expect(sent.posts).toBeGreaterThanOrEqual(clients);
    expect(sent.posts).toBeLessThan((total * clients) / 4);
    console.log(`${sent.posts} messages to ${clients} clients for ${total} clicks, in ${pages.length} pages`);
  });
});
