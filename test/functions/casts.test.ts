import type { DynamoDBStreamEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import { createRegistry } from '../../domain/registry.ts';
import { createCaster } from '../../functions/caster.ts';
import { foldHandler } from '../../functions/fold/handler.ts';
import type { Delivery } from '../../store/deliveries.ts';
import { tablesOfFile } from '../store/tables.ts';

const tables = await tablesOfFile();

/** A fold with a memory of its own, as each environment of the function has. */
const environment = (room: string, textOf = (seq: number) => `m${seq}`) => {
  const handler = foldHandler({
    registry: createRegistry([chat]),
    log: tables.log,
    connections: tables.connections,
    cast: createCaster(tables.connections, tables.deliveries),
    memory: new Map(),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    count: () => {},
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
      const NewImage = { room: { S: room }, seq: { N: String(seq) }, event: { S: JSON.stringify(event) } };
      return { dynamodb: { SequenceNumber: String(seq), NewImage } };
    });
    expect(await handler({ Records } as DynamoDBStreamEvent)).toEqual({ batchItemFailures: [] });
  };
};

/** The stretches that the queued messages of events cover, and the numbers of the events in them. */
const covered = async () => {
  const deliveries = (await tables.queued()) as readonly Delivery[];
  const messages = deliveries.flatMap(({ groups }) => groups.flatMap(({ payloads }) => payloads));
  return messages
    .map((message) => JSON.parse(message) as { from: number; to: number; events: { seq: number }[] })
    .map(({ from, to, events }) => [from, to, events.map(({ seq }) => seq)])
    .toSorted(([a], [b]) => Number(a) - Number(b));
};

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
  ['emoji, which the queue holds as thrice their bytes', '\u{1F375}'],
])('casts a batch that is larger than a message of the queue, on both wires: %s', async (_, unit) => {
  const room = `chat/large-${unit.codePointAt(0)}`;
  await tables.connections.add({ id: 'pia', wire: 'plain', rooms: [room], at: 0 });
  await tables.connections.add({ id: 'ann', wire: 'foldcast.v1', rooms: [room], at: 0 });
  const numbers = Array.from({ length: 600 }, (_, index) => index + 1);
  const text = (seq: number) => `${seq} ${unit.repeat(4000 / Buffer.byteLength(unit))}`;
  await environment(room, text)(...numbers);
  const deliveries = (await tables.queued()) as readonly Delivery[];
  const sentTo = (id: string) =>
    deliveries.flatMap(({ groups }) => groups.flatMap((each) => (each.connections.includes(id) ? each.payloads : [])));
  expect(sentTo('pia').toSorted()).toEqual(numbers.map(text).toSorted());
  const events = sentTo('ann').flatMap((message) => (JSON.parse(message) as { events: { seq: number }[] }).events);
  expect(events.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(numbers);
});
