import { AwsError } from 'pulumi-local';
import { describe, expect, it } from 'vitest';
import type { Draft, LoggedEvent } from '../../domain/event.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { beginning, foldPage, type Page } from '../../domain/page.ts';
import { eventOf } from '../../store/heads.ts';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();

const draft = (id: string): Draft => ({ id, type: 'plus', data: {}, by: 'ann', connection: 'c', at: 1 });
const logged = (seq: number, more: Partial<LoggedEvent> = {}): LoggedEvent => ({ ...draft(`id-${seq}`), seq, ...more });
const page = (room: string, from: number, to: number, more: Partial<Page> = {}): Page => ({
  room,
  from,
  to,
  events: Array.from({ length: to - from + 1 }, (_, index) => logged(from + index)),
  bytes: 100,
  epoch: 'e',
  since: from - 1,
  lanes: 1,
  at: 1_000 * to,
  ...more,
});

describe('heads', () => {
  it('[A1] gives each append the next place, with one UpdateItem and nothing else', async () => {
    const calls: string[] = [];
    tables.through(({ operation }, next) => {
      calls.push(operation);
      return next();
    });
    const places = await Promise.all(
      Array.from({ length: 20 }, (_, n) => tables.heads.append('counter/a1', draft(`${n}`))),
    );
    expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(calls).toEqual(Array(20).fill('UpdateItem'));
    expect(await tables.heads.version('counter/a1')).toBe(20);
  });

  it('[A1] sends an append once more when the answer was lost, marked as a retry', async () => {
    const sent: string[] = [];
    tables.through(async ({ input }, next) => {
      sent.push(JSON.stringify(input.ExpressionAttributeValues));
      const answer = await next();
      if (sent.length === 1) throw new AwsError('InternalServerError', 'The answer was lost.', 500);
      return answer;
    });
    expect(await tables.heads.append('counter/lost', draft('x'))).toBe(2);
    expect(sent.map((values) => values.includes('\\"retry\\":true'))).toEqual([false, true]);
  });

  it('[A1] gives up after the second try', async () => {
    let tries = 0;
    tables.through(async () => {
      tries += 1;
      throw new AwsError('InternalServerError', 'Nothing works.', 500);
    });
    await expect(tables.heads.append('counter/down', draft('x'))).rejects.toThrow('Nothing works.');
    expect(tries).toBe(2);
  });

  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    '[A1] sends an append again as it is after a throttle, %s, which is a definite no',
    async (name) => {
      const sent: string[] = [];
      tables.through(({ input }, next) => {
        sent.push(JSON.stringify(input.ExpressionAttributeValues));
        return sent.length < 4 ? Promise.reject(new AwsError(name, 'Too much.')) : next();
      });
      expect(await tables.heads.append(`counter/hot-${name}`, draft('x'))).toBe(1);
      expect(sent).toHaveLength(4);
      expect(sent.filter((values) => values.includes('retry'))).toEqual([]);
    },
  );

  it('[A1] marks an append that is throttled after its answer was lost', async () => {
    const sent: boolean[] = [];
    tables.through(async ({ input }, next) => {
      sent.push(JSON.stringify(input.ExpressionAttributeValues).includes('retry'));
      if (sent.length === 2) throw new AwsError('ThrottlingException', 'Too much.');
      const answer = await next();
      if (sent.length === 1) throw new AwsError('InternalServerError', 'The answer was lost.', 500);
      return answer;
    });
    expect(await tables.heads.append('counter/lost-then-hot', draft('x'))).toBe(2);
    expect(sent).toEqual([false, true, true]);
  });

  it('[A1] gives up an append that is throttled for seconds', async () => {
    let tries = 0;
    tables.through(async () => {
      tries += 1;
      throw new AwsError('ThrottlingException', 'Too much.');
    });
    await expect(tables.heads.append('counter/too-hot', draft('x'))).rejects.toThrow('Too much.');
    expect(tries).toBe(6);
  });

  it('does not try again what can never work', async () => {
    let tries = 0;
    tables.through(async () => {
      tries += 1;
      throw new AwsError('AccessDeniedException', 'No.');
    });
    await expect(tables.heads.append('counter/denied', draft('x'))).rejects.toThrow('No.');
    expect(tries).toBe(1);
  });

  it('reads events from images, and nothing from an image without one', () => {
    const image = {
      room: { S: 'counter/a' },
      epoch: { S: 'e' },
      seq: { N: '7' },
      event: { S: JSON.stringify(draft('x')) },
    };
    expect(eventOf(image)).toEqual({ room: 'counter/a', epoch: 'e', event: { ...draft('x'), seq: 7 } });
    expect(eventOf({ room: { S: 'counter/a' } })).toBeUndefined();
    expect(eventOf(undefined)).toBeUndefined();
  });
});

describe('log', () => {
  it('[F1] takes one page in a place and says so to the second', async () => {
    expect(await tables.log.commit(page('counter/f1', 1, 2))).toBe(true);
    expect(await tables.log.commit(page('counter/f1', 1, 3))).toBe(false);
    expect((await tables.log.pages('counter/f1', 1, 9)).map(({ to }) => to)).toEqual([2]);
  });

  it('gives back a page as it was', async () => {
    const text = 'é "quoted" \u0000 \ud83d\ude00';
    const events = [
      logged(1, { data: { text, deep: [[[]]], big: 1e300, none: null } }),
      logged(4, { refused: 'stale' }),
    ];
    const written = { ...page('counter/same', 1, 4), events, missing: [[2, 3]] as const, state: { text } };
    await tables.log.commit(written);
    expect(await tables.log.pages('counter/same', 1, 4)).toEqual([written]);
  });

  it('finds where a room stands: the newest checkpoint and what came after', async () => {
    const room = 'counter/latest';
    expect(await tables.log.latest(room, counter)).toEqual(beginning(counter));
    await tables.log.commit(page(room, 1, 3, { state: 10 }));
    for (let from = 4; from < 30; from += 1) await tables.log.commit(page(room, from, from, { bytes: from }));
    const latest = await tables.log.latest(room, counter);
    expect(latest).toMatchObject({ version: 29, state: 36, bytes: 29 });
    expect(latest.recent.map(({ seq }) => seq)).toEqual([29]);
    expect(latest.counted).toBe(29);
  });

  it('folds from the beginning where there is no checkpoint yet', async () => {
    await tables.log.commit(page('counter/young', 1, 2));
    await tables.log.commit(page('counter/young', 3, 5));
    expect(await tables.log.latest('counter/young', counter)).toMatchObject({ version: 5, state: 5 });
  });

  it('finds where a room stood after any event, as a fold of the events up to it leaves it', async () => {
    const room = 'counter/at';
    let latest = beginning(counter);
    for (let seq = 1; seq < 40; seq += 3) {
      const types = ['plus', seq % 2 === 0 ? 'minus' : 'none', 'plus'];
      const events = types.map((type, index) => logged(seq + index, { type }));
      const folded = foldPage({ epoch: 'e', room, kind: counter, latest, events: events as never, at: seq });
      if (!folded) throw new Error('Nothing was folded.');
      const { state: _, ...stateless } = folded.page;
      const recorded = seq % 9 === 1;
      await tables.log.commit(recorded ? folded.page : stateless);
      for (const cut of [1, 2]) {
        const part = foldPage({
          epoch: 'e',
          room,
          kind: counter,
          latest,
          events: events.slice(0, cut) as never,
          at: seq,
        });
        const { version, state, bytes, recent, counted } = await tables.log.at(room, counter, seq + cut - 1);
        expect({ version, state, recent }).toEqual({
          version: part?.latest.version,
          state: part?.latest.state,
          recent: part?.latest.recent,
        });
        expect(bytes).toBe(part?.page.bytes);
        expect(counted).toBe(part?.latest.counted);
      }
      latest = { ...folded.latest, bytes: recorded ? 0 : folded.page.bytes };
      expect(await tables.log.at(room, counter, seq + 2)).toEqual(latest);
    }
    expect(await tables.log.at(room, counter, 0)).toEqual(beginning(counter));
    expect(await tables.log.at(room, counter, 99)).toEqual(await tables.log.latest(room, counter));
  });

  it('reads the pages that hold a stretch of events, and no other room', async () => {
    for (const from of [1, 3, 5, 7]) await tables.log.commit(page('counter/some', from, from + 1));
    expect((await tables.log.pages('counter/some', 4, 6)).map(({ from }) => from)).toEqual([3, 5]);
  });

  it('finds the page that holds an event', async () => {
    const room = 'counter/one-page';
    await tables.log.commit(page(room, 1, 3));
    await tables.log.commit(page(room, 4, 5));
    expect((await tables.log.page(room, 3))?.to).toBe(3);
    expect((await tables.log.page(room, 4))?.to).toBe(5);
    expect(await tables.log.page(room, 6)).toBeUndefined();
    expect(await tables.log.page('counter/no-page', 1)).toBeUndefined();
  });

  it('[F6] finds the pages of the last minutes', async () => {
    const room = 'counter/ids';
    for (const seq of [1, 2, 3]) await tables.log.commit(page(room, seq, seq));
    const found: number[] = [];
    for await (const { to } of tables.log.pagesSince(room, 2_000)) found.push(to);
    expect(found).toEqual([3, 2]);
  });
});

describe('a room that is folded and read again', () => {
  it('[L1] stands where the warm fold remembers it', async () => {
    let latest = beginning(counter);
    for (const events of [[logged(1), logged(2)], [logged(3, { type: 'minus' })]]) {
      const folded = foldPage({
        epoch: 'e',
        room: 'counter/warm',
        kind: counter,
        latest,
        events: events as never,
        at: 1,
      });
      if (!folded) throw new Error('Nothing was folded.');
      await tables.log.commit(folded.page);
      ({ latest } = folded);
    }
    expect(await tables.log.latest('counter/warm', counter)).toEqual(latest);
  });
});
