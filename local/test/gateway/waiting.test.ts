import { afterEach, describe, expect, it } from 'vitest';
import { createWaiting } from '../../gateway/waiting.ts';
import { api, connect, type Handler, type Running, start, until } from './fixture.ts';

let running: Running;
afterEach(() => running.stop());

/** Functions that answer when they are told to. */
const held = () => {
  const answers: (() => void)[] = [];
  let open = false;
  const handler: Handler = ({ name }) =>
    name !== 'plus' || open
      ? { statusCode: 200 }
      : new Promise((resolve) => answers.push(() => resolve({ statusCode: 200 })));
  const release = () => {
    open = true;
    for (const answer of answers.splice(0)) answer();
  };
  return { handler, release };
};
const startHeld = async () => {
  const { handler, release } = held();
  running = await start({ resources: api(['$connect', 'plus']), handler });
  return { release, plus: () => running.of('plus') };
};
const sized = (bytes: number) => JSON.stringify({ action: 'plus', text: 'x'.repeat(bytes) });
const large = 30_000;

describe('a client whose messages come faster than functions take them', () => {
  it('is not listened to while a megabyte of them waits, and all of them arrive in the end', async () => {
    const { plus, release } = await startHeld();
    const { socket } = await connect(running.url);
    const sent = 1000;
    for (let count = 0; count < sent; count++) socket.send(sized(large));
    const other = await connect(running.url);
    other.socket.send(sized(0));
    await until(() => plus().some(({ event }) => event.body === sized(0)));
    // The client has still to send most of it: nothing more is read, and the kernel's buffers are full.
    let before = -1;
    await until(() => {
      const isStill = before === socket.bufferedAmount;
      before = socket.bufferedAmount;
      return isStill;
    });
    expect(before).toBeGreaterThan((sent / 2) * large);
    release();
    await until(() => plus().length === sent + 1);
  });

  it('has eight of them at functions at once, so that others come between, and all of them arrive in the end', async () => {
    const { plus, release } = await startHeld();
    const { socket } = await connect(running.url);
    const sent = 2000;
    for (let count = 0; count < sent; count++) socket.send(sized(100));
    const other = await connect(running.url);
    other.socket.send(sized(0));
    await until(() => plus().some(({ event }) => event.body === sized(0)));
    expect(plus().length).toBeLessThanOrEqual(9);
    release();
    await until(() => plus().length === sent + 1);
  });
});

it('holds back whoever sends while too much waits of all, and nobody after that', async () => {
  const paused = new Set<string>();
  const socket = (name: string) =>
    ({ pause: () => paused.add(name), resume: () => paused.delete(name) }) as never as Parameters<
      ReturnType<typeof createWaiting>['begin']
    >[0];
  const [ann, bob] = [socket('ann'), socket('bob')];
  const { begin } = createWaiting({ messages: 10, bytes: 100 }, { messages: 3, bytes: 100 });
  const done = [begin(ann, 1), begin(ann, 1), begin(bob, 1)];
  expect([...paused]).toEqual(['bob']);
  done.pop()?.();
  expect([...paused]).toEqual([]);
  done.push(begin(bob, 98));
  expect([...paused]).toEqual(['bob']);
  for (const each of done) each();
  expect([...paused]).toEqual([]);
  running = { stop: async () => {} } as Running;
});
