import { once } from 'node:events';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import WebSocket from 'ws';
import { errorCodes, parseServerMessage } from '../../domain/protocol.ts';
import { routes } from '../../domain/routes.ts';
import { type Client, connectV1 } from './client-v1.ts';
import { type Frame, frames } from './frames.ts';
import { counted, eventsOf, lastOf, reaches, told } from './rooms.ts';
import { type System, startSystem, unlimited } from './system.ts';
import { until } from './until.ts';

/** Frames that did harm before, so that they never do again. */
const harmful: readonly string[] = [
  // A character that SQS does not take held up the fold of all rooms.
  '{"action":"onMessage","message":"\uFFFF \u{1F375}"}',
  '{"action":"sendMessage","connectionId":"nobody","message":"\uFFFE"}',
  // A value that throws where it is compared was answered with API Gateway's own error.
  ...['"action":"ping","id":', '"action":"sendMessage","message":"","connectionId":', '"action":"upload","name":'].map(
    (start) => `{${start}{"length":{"valueOf":null,"toString":null}}}`,
  ),
  '{"action":"onMessage","message":"\\ud83d"}',
];

const [batches, batchSize, sockets] = [100, 200, 5];

let system: System;
/** Members of rooms that nobody writes to on purpose, and of the lobby, which every fuzzer may write to. */
let bystanders: { quiet: Client; lobby: Client };
/** The texts that somebody on the plain wire may have been sent as they are. */
const texts = new Set<string>();
const wrong: string[] = [];
beforeAll(async () => {
  system = await startSystem(unlimited);
  bystanders = { quiet: await connectV1(system.url), lobby: await connectV1(system.url) };
  await bystanders.quiet.join('chat/quiet');
  await bystanders.lobby.join('chat/lobby');
}, 120_000);
afterAll(() => system.close());

/** The answer to `whoAmI`. */
const isId = /^[\w-]+=$/;

/** Whether a text is what members on the plain wire are sent of a counter or of a game. */
const isPlain = (text: string): boolean => {
  try {
    const { type, pk } = JSON.parse(text) ?? {};
    return type === 'state' || pk === 'gameInstance';
  } catch {
    return false;
  }
};

/** Whether an answer is one that docs/protocol.md knows on that wire. */
const isKnown = (answer: string, plain: boolean): boolean => {
  if ((plain && texts.has(answer)) || isId.test(answer)) return true;
  const message = parseServerMessage(answer);
  if (message) return message.type !== 'error' || errorCodes.includes(message.code);
  return plain && isPlain(answer);
};

/** A socket on either wire that is opened again when API Gateway closes it. */
const fuzzer = async (protocols: string[]) => {
  let socket: WebSocket;
  let id = 'unknown';
  const open = async () => {
    socket = new WebSocket(system.url, protocols);
    socket.on('message', (data) => {
      const answer = String(data);
      if (!isKnown(answer, protocols.length === 0)) wrong.push(answer);
    });
    await once(socket, 'open');
    id = 'unknown';
    socket.on('message', (data) => {
      if (isId.test(String(data))) id = String(data);
    });
    socket.send('{"action":"whoAmI"}');
    await until('it knows its id', () => id !== 'unknown');
  };
  await open();
  return {
    id: () => id,
    send: (frame: Frame) => socket.send(frame),
    /** Sends what API Gateway closes a connection for, and opens another. */
    isClosedFor: async (frame: Frame, expected: number) => {
      const closed = once(socket, 'close');
      socket.send(frame);
      expect((await closed)[0]).toBe(expected);
      await open();
    },
    end: () => socket.terminate(),
  };
};

/** Texts in a frame that others may be sent bare. */
const remember = (frame: string): void => {
  try {
    const { message, data } = JSON.parse(frame) ?? {};
    for (const text of [message, data]) if (typeof text === 'string') texts.add(text.toWellFormed());
  } catch {
    // Nothing of it reaches anybody.
  }
};

const taking = new Set([...Object.keys(routes), 'fallback']);
/** How many messages functions have taken so far, and how many of all invocations have failed. */
const invocations = () => {
  const functions = Object.entries(system.runtime.statistics().functions);
  const sum = (some: typeof functions, key: 'invocations' | 'errors' | 'throttles') =>
    some.reduce((total, [, each]) => total + each[key], 0);
  const takers = functions.filter(([name]) => taking.has(name));
  return {
    taken: sum(takers, 'invocations'),
    errors: sum(functions, 'errors'),
    throttles: sum(functions, 'throttles'),
  };
};

/** Sends frames over several sockets and waits until each was taken. */
const send = async (
  fuzzers: readonly Awaited<ReturnType<typeof fuzzer>>[],
  batch: readonly Frame[],
  name = 'known frames',
) => {
  const before = invocations().taken;
  let expected = 0;
  for (const frame of batch) {
    if (typeof frame !== 'string') continue;
    remember(frame);
    fuzzers[expected % fuzzers.length]?.send(frame);
    expected += 1;
  }
  const taken = () => invocations().taken - before;
  await until(`all frames of ${name} are taken`, () => taken() >= expected, 60_000);
  // Bytes end the connection, so they come when everything else was taken.
  for (const [index, frame] of batch.filter((each) => typeof each !== 'string').entries())
    await fuzzers[index % fuzzers.length]?.isClosedFor(frame, 1003);
  expect({ wrong, ...invocations() }, name).toMatchObject({ wrong: [], errors: 0, throttles: 0 });
};

it('survives frames that once did harm', async () => {
  const some = [await fuzzer(['foldcast.v1']), await fuzzer([])];
  await send(some, harmful);
  for (const each of some) each.end();
});

it(`answers ${batches * batchSize} random frames with what the protocol knows, and nobody else is affected`, async () => {
  const some = await Promise.all(
    Array.from({ length: sockets }, (_, index) => fuzzer(index % 2 === 0 ? ['foldcast.v1'] : [])),
  );
  const first = inject('seed');
  for (let seed = first; seed < first + batches; seed += 1) {
    const batch = fc.sample(frames(some.map(({ id }) => id())), { seed, numRuns: batchSize });
    await send(some, batch, `SEED=${seed}`);
  }
  for (const each of some) each.end();
}, 600_000);

it('has left everybody else as they were', async () => {
  const { quiet, lobby } = bystanders;
  const events = await eventsOf(system, 'chat/lobby');
  await reaches(lobby, 'chat/lobby', counted(events).at(-1) ?? 0);
  const version = lobby.heard('state')[0]?.version;
  expect(told(lobby, 'chat/lobby', lastOf(events))).toEqual(counted(events, version));
  expect(lobby.messages.filter(({ type }) => type !== 'state' && type !== 'events')).toEqual([]);

  expect(quiet.room('chat/quiet').events.map(({ type }) => type)).toEqual(['joined']);
  const others = quiet.messages.filter(
    (message) => (message.type !== 'state' && message.type !== 'events') || message.room !== 'chat/quiet',
  );
  expect(others).toEqual([]);
  expect([...quiet.texts, ...lobby.texts]).toEqual([]);
  await quiet.act({ action: 'onMessage', room: 'chat/quiet', message: 'Still here.' });
  await until('all deliveries are done', async () => (await system.queued()) === 0, 60_000);
  expect(await system.dead()).toBe(0);
  expect({ wrong, ...invocations() }).toMatchObject({ wrong: [], errors: 0, throttles: 0 });
}, 120_000);
