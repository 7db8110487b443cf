import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { api, connect, frame, lastConnection, type Running, rawClient, start, until } from './fixture.ts';

let running: Running;
afterEach(() => running.stop());

const keys = ['$connect', '$disconnect', '$default'];
const bodies = () => running.of('default').map(({ event }) => event.body);
const disconnected = async () => {
  await until(() => running.of('disconnect').length === 1);
  const context = running.of('disconnect')[0]?.event.requestContext;
  return { code: context?.disconnectStatusCode, reason: context?.disconnectReason };
};

describe('a client that sends too much', () => {
  it('may send 128 KB in frames of 32 KB', async () => {
    running = await start({ resources: api(keys) });
    const { socket } = await connect(running.url);
    const part = 'a'.repeat(32 * 1024);
    for (const fin of [false, false, false, true]) socket.send(part, { fin });
    await until(() => bodies().length === 1);
    expect(bodies()[0]).toHaveLength(128 * 1024);
  });

  it('is closed with 1009 after a frame over 32 KB, which reaches no function', async () => {
    running = await start({ resources: api(keys) });
    const { socket, closed } = await connect(running.url);
    socket.send('before');
    socket.send('a'.repeat(32 * 1024 + 1));
    socket.send('after');
    expect(await closed).toEqual({ code: 1009, reason: 'Message too long' });
    expect(await disconnected()).toEqual({ code: 1009, reason: 'Message too long' });
    expect(bodies()).toEqual(['before']);
  });

  it('is still served what came in one piece before the frame that was too long', async () => {
    running = await start({ resources: api(keys) });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    socket.write(Buffer.concat([frame(1, 'one'), frame(1, 'two'), frame(1, 'a'.repeat(33_000)), frame(1, 'after')]));
    expect(await disconnected()).toMatchObject({ code: 1009 });
    expect(bodies()).toEqual(['one', 'two']);
  });

  it('is closed with 1009 after a message over 128 KB', async () => {
    running = await start({ resources: api(keys) });
    const { socket, closed } = await connect(running.url);
    for (let i = 0; i < 4; i++) socket.send('a'.repeat(32 * 1024), { fin: false });
    socket.send('a', { fin: true });
    expect((await closed).code).toBe(1009);
    expect(bodies()).toEqual([]);
  });

  it('is closed with 1003 after a binary message', async () => {
    running = await start({ resources: api(keys) });
    const { socket, closed } = await connect(running.url);
    socket.send(Buffer.from('binary'));
    socket.send('after');
    expect((await closed).code).toBe(1003);
    expect(await disconnected()).toMatchObject({ code: 1003 });
    expect(bodies()).toEqual([]);
  });

  it.each([
    ['1002 after a frame without a mask', Buffer.from([0x81, 2, 0x68, 0x69]), 1002],
    ['1007 after text that is no UTF-8', frame(1, Buffer.from([0xff, 0xfe])), 1007],
  ])('is closed with %s', async (_, bytes, code) => {
    running = await start({ resources: api(keys) });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    socket.write(bytes);
    expect(await disconnected()).toMatchObject({ code });
  });
});

describe('a connection', () => {
  const minutes = (count: number) => count * 60_000;

  /** A clock that stands still until told; the gateway has looked at it, and over its connections, when `pass` resolves. */
  const createClock = () => {
    let time = Date.now();
    let looks = 0;
    return {
      now: () => {
        looks += 1;
        return time;
      },
      async pass(milliseconds: number) {
        time += milliseconds;
        const before = looks;
        await until(() => looks > before + 1);
      },
    };
  };

  it('is closed with 1001 when no message went for ten minutes, pings notwithstanding', async () => {
    const clock = createClock();
    running = await start({ resources: api(keys), now: clock.now });
    const { socket, closed } = await connect(running.url);
    for (const body of ['one', 'two']) {
      await clock.pass(minutes(9));
      socket.send(body);
      await until(() => bodies().includes(body));
    }
    await clock.pass(minutes(9));
    socket.ping();
    await once(socket, 'pong');
    await clock.pass(minutes(1) - 1);
    expect(socket.readyState).toBe(socket.OPEN);
    await clock.pass(1);
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await disconnected()).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('is kept by what is posted to it, and closed with 1001 after two hours all the same', async () => {
    const clock = createClock();
    running = await start({ resources: api(keys), now: clock.now });
    const { closed, messages } = await connect(running.url);
    const ConnectionId = lastConnection(running);
    for (let i = 0; i < 13; i++) {
      await clock.pass(minutes(9));
      await running.gateway.management('PostToConnection', { stage: 'dev', ConnectionId, Data: 'hi' });
      await until(() => messages.length === i + 1);
    }
    await clock.pass(minutes(3));
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
  });

  it('is cut when the client does not answer the close', async () => {
    running = await start({ resources: api(keys), timing: { closing: 20 } });
    const socket = await rawClient(running.port);
    await once(socket, 'data');
    socket.write(frame(2, 'binary'));
    expect(await disconnected()).toMatchObject({ code: 1003 });
  });
});
