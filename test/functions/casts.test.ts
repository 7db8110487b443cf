import type { DynamoDBStreamEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { merge } from '../../domain/delivery.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { createRegistry } from '../../domain/registry.ts';
import { createFaultLog } from '../../functions/faults.ts';
import { createCast } from '../../functions/fold/cast.ts';
import { foldHandler } from '../../functions/fold/handler.ts';
import { tablesOfFile } from '../store/tables.ts';

const tables = await tablesOfFile();

/** A fold with a memory of its own, as each environment of the function has. */
const environment = (room: string, textOf = (seq: number) => `m${seq}`) => {
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const faults = createFaultLog(logger, () => {});
  const handler = foldHandler({
    registry: createRegistry([chat]),
    log: tables.log,
    cast: createCast({ ...tables, faults, logger }),
    faults,
    pace: { perSecond: 1e6, burst: 1e6 },
    memory: new Map(),
    logger,
    measures: { add: () => {}, publish: () => {} },
    countRefused: () => {},
    now: Date.now,
  });
  return async (...numbers: readonly number[]) => {
    const Records = numbers.map((seq) => {
      const event = {
        id: `id-${seq}`,
        type: 'onMessage',
        data: { message: textOf(seq) },
        by: 'b',
        connection: 'b',
        at: 0,
      };
      const NewImage = {
        room: { S: room },
        epoch: { S: 'e' },
        seq: { N: String(seq) },
        event: { S: JSON.stringify(event) },
      };
      return { dynamodb: { SequenceNumber: String(seq), NewImage } };
    });
    expect(await handler({ Records } as DynamoDBStreamEvent)).toEqual({ batchItemFailures: [] });
  };
};

/** The stretches that the queued messages of events cover, and the numbers of the events in them. */
const covered = async () =>
  (await tables.queued()).map((cast) =>
    cast.type === 'events' ? [cast.since + 1, cast.version, cast.events.map(({ seq }) => seq)] : cast.type,
  );

it('covers in a cast no events that another environment of the fold has cast', async () => {
  const room = 'chat/hops';
  await tables.connections.add({ id: 'ann', wire: 'foldcast.v1', rooms: [room], at: 0 });
  const [one, two] = [environment(room), environment(room)];
  await one(1);
  await two(2);
  await two(3, 4);
  await one(5);
  expect(await covered()).toEqual([
    [1, 1, [1]],
    [2, 2, [2]],
    [3, 4, [3, 4]],
    [5, 5, [5]],
  ]);
});

it.each([
  ['letters', 'x'],
  ['emoji', '\u{1F375}'],
])('casts a batch that is larger than a message of the queue, on both wires: %s', async (_, unit) => {
  const room = `chat/large-${unit.codePointAt(0)}`;
  await tables.connections.add({ id: 'pia', wire: 'plain', rooms: [room], at: 0 });
  await tables.connections.add({ id: 'ann', wire: 'foldcast.v1', rooms: [room], at: 0 });
  const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
  const text = (seq: number) => `${seq} ${unit.repeat(4000 / Buffer.byteLength(unit))}`;
  await environment(room, text)(...numbers);
  const merged = merge(await tables.queued());
  expect(merged.get('pia')?.texts).toEqual(numbers.map(text));
  const envelopes = merged.get('ann')?.texts ?? [];
  const events = envelopes.flatMap((message) => (JSON.parse(message) as { events: { seq: number }[] }).events);
  expect(events.map(({ seq }) => seq)).toEqual(numbers);
});
