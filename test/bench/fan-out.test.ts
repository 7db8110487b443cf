import { afterEach, describe, expect, it } from 'vitest';
import { fanOutColumns } from '../../bench/fan-out/figures.ts';
import { measureClicks, type Outcome } from '../../bench/fan-out/measure.ts';
import { joinAll } from '../../bench/fan-out/members.ts';
import { startOurs } from '../../bench/fan-out/ours.ts';
import { startScanAndPost } from '../../bench/fan-out/scan-and-post.ts';
import { startSocketIo } from '../../bench/fan-out/socket-io.ts';
import type { System } from '../../bench/fan-out/system.ts';

const limit = 60_000;

describe('clicks on a counter', () => {
  let system: System | undefined;
  afterEach(() => system?.close());

  const play = async (start: () => Promise<System>, load: { clickers: number; each: number }) => {
    system = await start();
    return measureClicks(system, await joinAll(system, 3), { ...load, limit });
  };

  it('on foldcast all count, and every message is a post', async () => {
    const outcome = await play(startOurs, { clickers: 2, each: 5 });
    expect(outcome).toMatchObject({ counted: 10, showing: 3, seconds: expect.any(Number) });
    expect(outcome.messages).toBeGreaterThanOrEqual(3);
    expect(outcome.posts).toBeGreaterThanOrEqual(outcome.messages);
  });

  it('on Socket.IO all count, and are told one by one', async () => {
    const outcome = await play(startSocketIo, { clickers: 2, each: 5 });
    expect(outcome).toMatchObject({
      counted: 10,
      showing: 3,
      seconds: expect.any(Number),
      messages: 30,
      posts: undefined,
    });
  });

  it('where each is read, written, scanned for and posted, are told one by one, and count at least once', async () => {
    const { counted, messages, posts } = await play(startScanAndPost, { clickers: 2, each: 5 });
    expect({ messages, posts }).toEqual({ messages: 30, posts: 30 });
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(10);
  });
});

describe('the table of three counters', () => {
  const outcome: Outcome = { clicks: 100, seconds: 2, counted: 100, showing: 50, messages: 500, posts: 500 };
  const [ours, other] = fanOutColumns(
    [
      { title: 'ours', outcomes: new Map([[50, outcome]]) },
      { title: 'other', outcomes: new Map([[50, { ...outcome, seconds: undefined, posts: undefined }]]) },
    ],
    180,
  );
  const shown = (column: typeof ours, name: string) => column?.figures.find((each) => each.name === name)?.value;

  it('compares each with the first', () => {
    expect(shown(ours, 'times as long as foldcast')).toBe(1);
    expect(shown(ours, 'messages to each member')).toBe(10);
  });

  it('says that a limit was exceeded, and leaves out posts where there are none', () => {
    expect(shown(other, 'until all show it')).toBe('more than 180');
    expect(shown(other, 'times as long as foldcast')).toBe('more than 90.0');
    expect(shown(other, 'posts')).toBeUndefined();
  });
});
