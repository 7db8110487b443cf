import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Client, connectV1 } from './client-v1.ts';
import { eventsOf, newRoom, reaches, say } from './rooms.ts';
import { type System, startSystem } from './system.ts';

let system: System;
/** Ten who only want to talk. */
let others: readonly Client[];
const room = newRoom();
beforeAll(async () => {
  system = await startSystem();
  others = await Promise.all(Array.from({ length: 10 }, () => connectV1(system.url)));
  await Promise.all(others.map((client) => client.join(room)));
});
afterAll(() => system.close());

/** Each of the ten says something and is heard by all, until this is over: twice at least. */
const talkUntil = async (isOver: () => boolean): Promise<number> => {
  let rounds = 0;
  while (rounds < 2 || !isOver()) {
    const seqs = await Promise.all(others.map((client) => client.append(say(room, `round ${rounds}`))));
    await Promise.all(others.map((client) => reaches(client, room, Math.max(...seqs))));
    rounds += 1;
  }
  return rounds;
};

const over = (work: Promise<unknown>): (() => boolean) => {
  let isOver = false;
  void work.then(() => {
    isOver = true;
  });
  return () => isOver;
};

const calls = (name: string, operation: string) => system.calls(name)[operation] ?? 0;

it('[S3] goes on for ten others while one connection sends ten thousand actions, of which it takes a few and then hangs up', async () => {
  const flood = newRoom();
  const socket = new WebSocket(system.url, 'foldcast.v1');
  await once(socket, 'open');
  const answers = new Map<string, number>();
  socket.on('message', (data) => {
    const { type, code } = JSON.parse(String(data));
    const answer = code ?? type;
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  });
  const closed = once(socket, 'close');
  const appended = calls('append', 'UpdateItem');
  const began = performance.now();
  for (let index = 0; index < 10_000; index += 1)
    socket.send(JSON.stringify({ action: 'onMessage', room: flood, message: 'x', id: `${index}` }));
  const rounds = await talkUntil(over(closed));
  await closed;

  const seconds = (performance.now() - began) / 1000;
  const events = await eventsOf(system, flood);
  // By the events' own times, which the attacker's machine and this one have nothing to do with.
  const times = events.flatMap(({ refused, at }) => (refused === undefined ? at : []));
  for (const [index, at] of times.entries())
    expect(times[index + 100] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(at + 2000);
  // The buckets of two environments, which is as many as a function has here.
  expect(events.length).toBeLessThanOrEqual(2 * (100 + 50 * seconds));
  expect(calls('append', 'UpdateItem') - appended - 10 * rounds).toBe(events.length);
  expect(answers.get('slow-down')).toBeGreaterThan(0);
  // A hundred of each, and one more every 0.6 s: then it was closed. What was appended all the same is answered `refused`.
  expect(answers.get('slow-down')).toBeLessThanOrEqual(2 * (100 + (100 / 60) * seconds));
  // Nobody else heard of it.
  for (const client of others)
    expect(client.messages.filter((message) => 'room' in message && message.room === flood)).toEqual([]);
});

it('[S3] tells a room of a crowd that comes and goes in a few events, and goes on for ten others and five hundred that only stay', async () => {
  const open = async () => {
    const socket = new WebSocket(system.url, 'foldcast.v1');
    socket.on('error', () => {});
    await once(socket, 'open');
    return socket;
  };
  const idle: WebSocket[] = [];
  while (idle.length < 500) idle.push(...(await Promise.all(Array.from({ length: 20 }, open))));

  const sent = calls('send', 'PostToConnection');
  const before = await eventsOf(system, room);
  const comeAndGo = async () => {
    for (let come = 0; come < 200; come += 20) {
      const crowd = await Promise.all(Array.from({ length: 20 }, open));
      for (const socket of crowd) socket.send(JSON.stringify({ action: 'join', room }));
      await Promise.all(crowd.map((socket) => once(socket, 'message')));
      for (const socket of crowd) socket.close();
    }
  };
  const coming = comeAndGo();
  const rounds = await talkUntil(over(coming));
  await coming;

  const events = (await eventsOf(system, room)).slice(before.length);
  const told = events.filter(({ type }) => type === 'joined' || type === 'left');
  // Four hundred comings and goings.
  expect(told.length).toBeLessThan(150);
  expect(events.filter(({ type }) => type === 'onMessage')).toHaveLength(10 * rounds);
  // Told one by one they were as many casts, each to the ten at least.
  const posts = calls('send', 'PostToConnection') - sent;
  expect(posts).toBeLessThan(10 * (events.length + 20 * told.length));
  for (const socket of idle) socket.terminate();
});
