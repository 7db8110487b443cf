import { AwsError } from 'pulumi-local';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../store/deliveries.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldSend, events, eventually, longAgo, state } from './cold-send.ts';

const tables = await tablesOfFile();

const draft = { id: 'x', type: 'plus', data: {}, by: 'ann', connection: 'c', at: 0 };

describe('a recast', () => {
  it('[C2] asks for a recast when something was appended before its post was through, once a second', async () => {
    const room = 'counter/overtaken';
    await tables.heads.append(room, draft);
    await tables.heads.append(room, draft);
    const { send, pass } = coldSend(tables);
    await send(state(2, ['ann'], { room }));
    expect(await tables.queued()).toEqual([]);
    await send(state(1, ['bob'], { room }));
    await send(state(1, ['cid'], { room }));
    expect(await eventually(tables)).toEqual([{ recast: room }]);
    pass(1_000);
    await send(state(1, ['dan'], { room }));
    expect(await eventually(tables)).toEqual([{ recast: room }]);
  });

  it('[C2] posts again, and looks again, when the look at the head failed', async () => {
    const room = 'counter/unseen';
    for (let seq = 1; seq <= 2; seq += 1) await tables.heads.append(room, draft);
    const { send, posts } = coldSend(tables);
    tables.through(({ operation }, next) =>
      operation === 'GetItem' ? Promise.reject(new AwsError('Busy', 'No.', 400)) : next(),
    );
    expect(await send(state(1, ['ann'], { room }), events(1, ['ann'], 'a'))).toEqual(['m0']);
    tables.through((_, next) => next());
    expect(await send(state(1, ['ann'], { room }))).toEqual([]);
    expect(posts.filter(([, payload]) => payload === 'v1')).toHaveLength(2);
    expect(await eventually(tables)).toEqual([{ recast: room }]);
  });

  it('[C2] waits longer for each recast of a room that stays where it is', async () => {
    const room = 'counter/stuck';
    for (let seq = 1; seq <= 2; seq += 1) await tables.heads.append(room, draft);
    const { send, pass } = coldSend(tables);
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
    await coldSend(tables).send({ recast: room });
    const [delivery] = (await tables.queued()) as readonly Delivery[];
    expect(delivery).toMatchObject({ room, version: 3, groups: [{ connections: ['ann'] }], again: true });
    expect(JSON.parse(delivery?.groups[0]?.payloads[0] ?? '')).toMatchObject({ value: 9 });
  });
});
