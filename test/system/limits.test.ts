import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type WebSocket from 'ws';
import type { PlainClient } from './client.ts';
import { type System, startSystem } from './system.ts';
import { until } from './until.ts';
import { endsAt } from './whole.ts';

const frameBytes = 32 * 1024;

/** A click that is `bytes` long. */
const clickOf = (bytes: number): string => {
  const click = JSON.stringify({ action: 'plus', more: '' });
  return `${click.slice(0, -2)}${'x'.repeat(bytes - click.length)}"}`;
};

/** Sends one message in frames of 32 KB, the largest that API Gateway takes. */
const sendInFrames = (socket: WebSocket, message: string): void => {
  for (let from = 0; from < message.length; from += frameBytes) {
    const fin = from + frameBytes >= message.length;
    socket.send(message.slice(from, from + frameBytes), { fin });
  }
};

/** What a member of the room was sent that is not the room's state. */
const answers = ({ messages }: PlainClient) => messages.filter((message) => !message.includes('"state"'));

const closeCode = async ({ socket }: PlainClient): Promise<number> => (await once(socket, 'close'))[0];

describe('a client that sends what it should not', () => {
  let system: System;
  let wrong: PlainClient;
  let others: PlainClient[];
  let clicked = 0;
  beforeAll(async () => {
    system = await startSystem();
    others = [await system.connect(), await system.connect()];
  });
  afterAll(() => system.close());
  beforeEach(async () => {
    wrong = await system.connect();
  });
  /** Whatever it was: the others still count, were told of nothing, and nothing of it is in the log. */
  afterEach(async () => {
    for (const client of others) client.send({ action: 'plus' });
    clicked += others.length;
    const { events } = await endsAt(system, others, clicked);
    expect(events).toHaveLength(clicked);
    for (const client of others) {
      expect(client.socket.readyState).toBe(client.socket.OPEN);
      expect(answers(client)).toEqual([]);
    }
    await wrong.close();
  });

  it('[A2] is told which mistake it made, one by one, and can go on', async () => {
    const messages: readonly (readonly [string, string])[] = [
      ['plus', 'not-json'],
      ['', 'not-json'],
      ['"plus"', 'not-json'],
      ['["plus"]', 'not-json'],
      ['null', 'not-json'],
      ['{"action":"plus"', 'not-json'],
      ['{}', 'no-action'],
      ['{"action":1}', 'no-action'],
      ['{"action":"times"}', 'unknown-action'],
      ['{"action":"$connect"}', 'unknown-action'],
      ['{"action":"__proto__"}', 'unknown-action'],
    ];
    for (const [message, code] of messages) {
      const before = wrong.messages.length;
      wrong.send(message);
      await until(`an answer to ${message}`, () => wrong.messages.length > before);
      expect([message, wrong.last().code]).toEqual([message, code]);
      expect(wrong.last().type).toBe('error');
    }
    expect(wrong.last().message).toContain('plus');
    expect(system.calls('append').UpdateItem).toBeUndefined();

    wrong.send({ action: 'plus' });
    clicked += 1;
    await wrong.shows(clicked);
  });

  it.each([
    ['one frame of 200 KB', (socket: WebSocket) => socket.send(clickOf(200 * 1024)), 1009],
    ['200 KB in frames of 32 KB', (socket: WebSocket) => sendInFrames(socket, clickOf(200 * 1024)), 1009],
    ['one frame of more than 32 KB', (socket: WebSocket) => socket.send(clickOf(frameBytes + 1)), 1009],
    ['a binary message', (socket: WebSocket) => socket.send(Buffer.from('{"action":"plus"}')), 1003],
  ])('[A2] is closed for %s', async (_, send, code) => {
    const closed = closeCode(wrong);
    send(wrong.socket);
    expect(await closed).toBe(code);
    expect(answers(wrong)).toEqual([]);
  });

  it.each([33, 128])('[A2] is told that %i KB in several frames are too much, and can go on', async (kilobytes) => {
    const appended = system.calls('append').UpdateItem;
    sendInFrames(wrong.socket, clickOf(kilobytes * 1024));
    expect(await wrong.error()).toBe('too-large');
    expect(system.calls('append').UpdateItem).toBe(appended);

    wrong.send(clickOf(frameBytes));
    clicked += 1;
    await wrong.shows(clicked);
  });
});
