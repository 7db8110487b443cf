import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventMessages, stateMessage } from '../../domain/envelope.ts';
import { logged } from './logged.ts';

interface EventsMessage {
  readonly from: number;
  readonly to: number;
  readonly events: readonly { readonly seq: number }[];
}

const read = (messages: readonly string[]) => messages.map((message) => JSON.parse(message) as EventsMessage);
const say = (seq: number, message = 'x') => logged(seq, 'onMessage', { message });
const refuse = (seq: number) => logged(seq, 'onMessage', { message: 'x' }, { refused: 'duplicate', first: { seq: 1 } });

describe('eventMessages', () => {
  it('hold the events, and of each what others may know', () => {
    const event = logged(3, 'onMessage', { message: 'hi' }, { ack: true, retry: true });
    expect(read(eventMessages('chat/lobby', [event], 2, 3))).toEqual([
      {
        type: 'events',
        room: 'chat/lobby',
        from: 3,
        to: 3,
        events: [{ seq: 3, id: 'id-3', type: 'onMessage', data: { message: 'hi' }, by: 'ann', at: 3000 }],
      },
    ]);
  });

  it('cover events that do not count, and leave them out', () => {
    const [message] = read(eventMessages('chat/lobby', [refuse(4), say(5), refuse(6)], 3, 6));
    expect(message).toMatchObject({ from: 4, to: 6, events: [{ seq: 5 }] });
    expect(message?.events).toHaveLength(1);
  });

  it('are one without events where none counts, so that the client knows where it is', () => {
    expect(read(eventMessages('chat/lobby', [], 7, 7))).toMatchObject([{ from: 8, to: 7, events: [] }]);
    expect(read(eventMessages('chat/lobby', [refuse(8)], 7, 8))).toMatchObject([{ from: 8, to: 8, events: [] }]);
  });

  it('say that they make up for what was missed', () => {
    expect(read(eventMessages('chat/lobby', [say(1)], 0, 1, { recovered: true }))).toMatchObject([{ recovered: true }]);
  });

  it('take an event of any size, by itself if need be', () => {
    const long = 'x'.repeat(100_000);
    const messages = read(eventMessages('chat/lobby', [say(1, long), say(2), say(3, long), say(4)], 0, 4));
    expect(messages.map(({ events }) => events.map(({ seq }) => seq))).toEqual([[1], [2], [3], [4]]);
  });

  it('follow each other without a gap, hold every event that counts once and in order, and fit into a message', () => {
    const log = fc.array(
      fc.record({ counts: fc.boolean(), size: fc.nat({ max: 32_000 }), missing: fc.nat({ max: 2 }) }),
      {
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(log, fc.nat({ max: 5 }), (steps, since) => {
        let seq = since;
        const events = steps.map(({ counts, size, missing }) => {
          seq += 1 + missing;
          return counts ? say(seq, 'é'.repeat(size / 2)) : refuse(seq);
        });
        const payloads = eventMessages('chat/lobby', events, since, seq);
        const messages = read(payloads);
        let next = since + 1;
        for (const { from, to, events } of messages) {
          expect(from).toBe(next);
          for (const event of events) expect(event.seq >= from && event.seq <= to).toBe(true);
          next = to + 1;
        }
        expect(next).toBe(seq + 1);
        expect(messages.flatMap((message) => message.events.map((event) => event.seq))).toEqual(
          events.filter((event) => !('refused' in event)).map((event) => event.seq),
        );
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(128 * 1024);
      }),
    );
  });
});

describe('stateMessage', () => {
  it('names the room and the version', () => {
    expect(JSON.parse(stateMessage('counter/a', 7, 3))).toEqual({
      type: 'state',
      room: 'counter/a',
      version: 7,
      state: 3,
    });
  });
});
