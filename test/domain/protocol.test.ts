import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clientMessage,
  type EventsMessage,
  errorCodes,
  eventsMessages,
  type PublicEvent,
  parseServerMessage,
  publicEvent,
  type ServerMessage,
  serverMessage,
} from '../../domain/protocol.ts';
import { logged } from './logged.ts';

const text = fc.string({ unit: 'binary', maxLength: 20 });
/** `-0` is no JSON: it is written as `0`. */
const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
const whole = fc.nat();
const event: fc.Arbitrary<PublicEvent> = fc.record({
  seq: whole,
  id: text,
  type: text,
  data: json,
  by: text,
  at: whole,
});
const of = fc.constant;
const room = { room: text, epoch: text };

/** Messages of each type. The compiler says when one is missing. */
const messages: { readonly [M in ServerMessage as M['type']]: fc.Arbitrary<M> } = {
  state: fc.record({ type: of('state'), ...room, version: whole, state: json }),
  events: fc.record(
    { type: of('events'), ...room, from: whole, to: whole, events: fc.array(event), recovered: of(true) },
    { requiredKeys: ['type', 'room', 'epoch', 'from', 'to', 'events'] },
  ),
  ack: fc.record({ type: of('ack'), ...room, id: text, seq: whole }),
  refused: fc.record({ type: of('refused'), ...room, id: text, seq: whole, reason: text }),
  error: fc.record(
    { type: of('error'), code: fc.constantFrom(...errorCodes), message: text, id: text, room: text, reason: text },
    { requiredKeys: ['type', 'code', 'message'] },
  ),
  message: fc.record({ type: of('message'), from: text, message: text }),
  notice: fc.record({ type: of('notice'), message: text }),
  left: fc.record({ type: of('left'), room: text }),
  pong: fc.record({ type: of('pong') }),
  upload: fc.record(
    {
      type: of('upload'),
      id: text,
      url: text,
      method: of('PUT'),
      headers: fc.dictionary(text, text),
      bucketKey: text,
      expiresIn: whole,
    },
    { requiredKeys: ['type', 'url', 'method', 'headers', 'bucketKey', 'expiresIn'] },
  ),
};
const anyMessage = fc.oneof(...(Object.values(messages) as fc.Arbitrary<ServerMessage>[]));

describe('a message of the server', () => {
  it.each(Object.entries(messages))('is read as it was written: %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<ServerMessage>, (message) => {
        expect(parseServerMessage(serverMessage(message))).toEqual(message);
      }),
    );
  });

  it('is read with keys that are new to the client', () => {
    fc.assert(
      fc.property(anyMessage, json, (message, value) => {
        const newer = { ...message, aNewerKey: value };
        expect(parseServerMessage(JSON.stringify(newer))).toEqual(newer);
      }),
    );
  });

  it('is passed over when its type is new to the client', () => {
    fc.assert(
      fc.property(anyMessage, text, (message, type) => {
        fc.pre(!Object.hasOwn(messages, type));
        expect(parseServerMessage(JSON.stringify({ ...message, type }))).toBeUndefined();
      }),
    );
    for (const type of ['toString', '__proto__', '', 7, null, ['state']])
      expect(parseServerMessage(JSON.stringify({ type }))).toBeUndefined();
  });

  it('is passed over when a key is missing that its type always has', () => {
    const required = anyMessage.chain((message) => {
      const may = new Set(['recovered', ...(message.type === 'error' ? ['id', 'room', 'reason'] : [])]);
      if (message.type === 'upload') may.add('id');
      return fc.tuple(of(message), fc.constantFrom(...Object.keys(message).filter((key) => !may.has(key))));
    });
    fc.assert(
      fc.property(required, ([message, key]) => {
        const { [key]: _, ...rest } = { ...message } as Record<string, unknown>;
        expect(parseServerMessage(JSON.stringify(rest))).toBeUndefined();
      }),
    );
  });

  it.each<[string, object]>([
    ['a version that no number can be', { type: 'state', room: 'chat/a', epoch: 'e', version: 1.5, state: 0 }],
    ['an event without its place', { type: 'events', room: 'chat/a', epoch: 'e', from: 1, to: 1, events: [{}] }],
    ['events that are none', { type: 'events', room: 'chat/a', epoch: 'e', from: 1, to: 1, events: [null] }],
    ['an id that is no text', { type: 'error', code: 'unavailable', message: 'No.', id: 7 }],
    [
      'an upload by another method',
      { type: 'upload', url: '', method: 'POST', headers: {}, bucketKey: '', expiresIn: 1 },
    ],
    [
      'headers that are no texts',
      { type: 'upload', url: '', method: 'PUT', headers: { a: 1 }, bucketKey: '', expiresIn: 1 },
    ],
  ])('is passed over with %s', (_, message) => {
    expect(parseServerMessage(JSON.stringify(message))).toBeUndefined();
  });

  it('is told to people under a code that is new to the client', () => {
    const message = { type: 'error', code: 'slow-down', message: 'Not so fast.' };
    expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
  });

  it('is `unavailable` where it is API Gateway’s own', () => {
    expect(parseServerMessage('{"message":"Internal server error","connectionId":"a=","requestId":"b="}')).toEqual({
      type: 'error',
      code: 'unavailable',
      message: 'Internal server error',
    });
  });

  it('can be any text, and none makes the parser throw', () => {
    const some = fc.oneof(
      text,
      fc.json(),
      json.map((value) => JSON.stringify(value)),
      fc
        .record({ type: fc.constantFrom(...Object.keys(messages)), ...room, events: json, headers: json })
        .map((message) => JSON.stringify(message)),
      fc.tuple(anyMessage, fc.nat()).map(([message, length]) => serverMessage(message).slice(0, length)),
    );
    fc.assert(
      fc.property(some, (message) => {
        const read = parseServerMessage(message);
        expect(read === undefined || Object.hasOwn(messages, read.type)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    for (const other of ['', 'Hi! :)', '7', 'null', '[]', '{}', '{"message":"k was created.","bucketKey":"k"}'])
      expect(parseServerMessage(other)).toBeUndefined();
  });
});

describe('a message of a client', () => {
  it('is its JSON', () => {
    expect(JSON.parse(clientMessage({ action: 'join', room: 'chat/a', since: 3, epoch: 'e' }))).toEqual({
      action: 'join',
      room: 'chat/a',
      since: 3,
      epoch: 'e',
    });
  });
});

const say = (seq: number, message = 'x'): PublicEvent => publicEvent(logged(seq, 'onMessage', { message }));
const chat = { room: 'chat/lobby', epoch: 'e1' };
const read = (payloads: readonly string[]): readonly EventsMessage[] =>
  payloads.map((payload) => {
    const message = parseServerMessage(payload);
    if (message?.type !== 'events') throw new Error(`"${payload}" is no message of events.`);
    return message;
  });

describe('eventsMessages', () => {
  it('hold of each event what others may know', () => {
    const event = publicEvent(logged(3, 'onMessage', { message: 'hi' }, { ack: true, retry: true }));
    expect(read(eventsMessages({ ...chat, since: 2, to: 3, events: [event] }))).toEqual([
      {
        type: 'events',
        ...chat,
        from: 3,
        to: 3,
        events: [{ seq: 3, id: 'id-3', type: 'onMessage', data: { message: 'hi' }, by: 'ann', at: 3000 }],
      },
    ]);
  });

  it('cover events that do not count', () => {
    expect(read(eventsMessages({ ...chat, since: 3, to: 6, events: [say(5)] }))).toMatchObject([
      { from: 4, to: 6, events: [{ seq: 5 }] },
    ]);
  });

  it('are one without events where none counts, so that the client knows where it is', () => {
    expect(read(eventsMessages({ ...chat, since: 7, to: 7, events: [] }))).toMatchObject([
      { from: 8, to: 7, events: [] },
    ]);
    expect(read(eventsMessages({ ...chat, since: 7, to: 8, events: [] }))).toMatchObject([
      { from: 8, to: 8, events: [] },
    ]);
  });

  it('say that they make up for what was missed', () => {
    const messages = read(eventsMessages({ ...chat, since: 0, to: 1, events: [say(1)], recovered: true }));
    expect(messages).toMatchObject([{ recovered: true }]);
  });

  it('take an event of any size, by itself if need be', () => {
    const long = 'x'.repeat(100_000);
    const messages = read(
      eventsMessages({ ...chat, since: 0, to: 4, events: [say(1, long), say(2), say(3, long), say(4)] }),
    );
    expect(messages.map(({ events }) => events.map(({ seq }) => seq))).toEqual([[1], [2], [3], [4]]);
  });

  it('follow each other without a gap, hold every event once and in order, and fit into a message', () => {
    const log = fc.array(fc.record({ size: fc.nat({ max: 32_000 }), missing: fc.nat({ max: 2 }) }), { maxLength: 20 });
    fc.assert(
      fc.property(log, fc.nat({ max: 5 }), fc.nat({ max: 2 }), (steps, since, refused) => {
        let seq = since;
        const events = steps.map(({ size, missing }) => {
          seq += 1 + missing;
          return say(seq, 'é'.repeat(size / 2));
        });
        const to = seq + refused;
        const payloads = eventsMessages({ ...chat, since, to, events });
        let next = since + 1;
        for (const message of read(payloads)) {
          expect(message).toMatchObject(chat);
          expect(message.from).toBe(next);
          for (const event of message.events) expect(event.seq >= next && event.seq <= message.to).toBe(true);
          next = message.to + 1;
        }
        expect(next).toBe(to + 1);
        expect(read(payloads).flatMap((message) => message.events)).toEqual(events);
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(128 * 1024);
      }),
    );
  });
});
