import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { connect } from 'foldcast-client';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { freePort, type Runtime, startRuntime } from '../web/runtime.ts';
import { type Network, networkTo } from './proxy.ts';

const kinds = [counter, chat] as const;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Numbers from 0 up to 1, as the run's seed has it. */
const chances = (): (() => number) => {
  const numbers = fc.sample(fc.noBias(fc.nat(999_999)), { seed: inject('seed'), numRuns: 5_000 });
  return () => (numbers.pop() ?? 0) / 1_000_000;
};

const until = (condition: () => boolean): Promise<unknown> =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 60_000, interval: 20 });

const someone = (port: number, user: string) => {
  const foldcast = connect(`ws://127.0.0.1:${port}/dev`, { kinds, user });
  ends.push(() => foldcast.close());
  return { count: foldcast.join('counter/global-counter'), talk: foldcast.join('chat/tea'), foldcast };
};

const started = async (args: readonly string[] = [], port?: number) => {
  port ??= await freePort();
  let runtime: Runtime = await startRuntime(port, args);
  ends.push(() => runtime.stop());
  const restart = async () => {
    await runtime.kill();
    runtime = await startRuntime(port, args);
  };
  return { port, restart };
};

describe('clients of a runtime', () => {
  it('whose connections are cut at random lose nothing, count nothing twice, and end with what the log says', async () => {
    const chance = chances();
    const port = await freePort();
    const network: Network = await networkTo(port);
    ends.push(network.close);
    await started(['--origin', `http://127.0.0.1:${network.port}`], port);
    const people = ['ann', 'bob', 'eve', 'joe'].map((name) => ({
      name,
      said: [] as string[],
      ...someone(network.port, name),
    }));
    for (const { count, talk } of people) await until(() => count.status.is === 'live' && talk.status.is === 'live');

    const done: Promise<{ seq: number }>[] = [];
    let sum = 0;
    for (let action = 0; action < 150; action += 1) {
      const person = people[Math.floor(chance() * people.length)];
      if (!person) continue;
      if (chance() < 0.5) {
        const isMore = chance() < 0.7;
        sum += isMore ? 1 : -1;
        done.push(isMore ? person.count.do.plus() : person.count.do.minus());
      } else {
        const message = `${person.name} ${action}`;
        person.said.push(message);
        done.push(person.talk.do.onMessage({ message }));
      }
      if (chance() < 0.06) network.cut(chance());
      await pause(40 * chance());
    }

    // Each says that it counts: none is refused, uncertain or lost.
    await Promise.all(done);
    const reader = connect(`ws://127.0.0.1:${port}/dev`);
    ends.push(() => reader.close());
    const [number, log] = [reader.join('counter/global-counter'), reader.join('chat/tea')];
    await until(() => number.state !== undefined && log.state !== undefined);
    expect(number.state).toBe(sum);
    const messages = (log.state as { messages: readonly { by: string; text: string }[] }).messages;
    for (const { name, said } of people) {
      // The state keeps the newest fifty.
      const theirs = messages.filter(({ by }) => by === `~${name}`).map(({ text }) => text);
      expect(theirs).toEqual(said.slice(said.length - theirs.length));
    }
    for (const { count, talk } of people) {
      await until(() => count.state === sum && count.pending.length === 0);
      await until(() => JSON.stringify(talk.state?.messages) === JSON.stringify(messages));
    }
  });

  it('go on where they were when it is started again with its data, and what they did meanwhile counts, in order', async () => {
    const data = await mkdtemp(join(tmpdir(), 'client-'));
    ends.push(() => rm(data, { recursive: true, force: true }));
    const { port, restart } = await started(['--data', data]);
    const [ann, bob] = [someone(port, 'ann'), someone(port, 'bob')];
    await ann.count.do.plus();
    for (const { count } of [ann, bob]) await until(() => count.version === 1);
    const { epoch } = ann.count;

    const restarted = restart();
    await until(() => ann.count.status.is === 'connecting');
    const texts = Array.from({ length: 10 }, (_, place) => `text ${place}`);
    const meanwhile = texts.map((message) => ann.talk.do.onMessage({ message }));
    const clicks = Array.from({ length: 10 }, () => bob.count.do.plus());
    await until(() => bob.count.state === 11);
    await restarted;
    await Promise.all([...meanwhile, ...clicks]);
    await until(() => ann.count.state === 11);
    expect([ann.count.epoch, bob.count.epoch]).toEqual([epoch, epoch]);
    await until(() => bob.talk.state?.messages.length === texts.length);
    expect(bob.talk.state?.messages.map(({ text }) => text)).toEqual(texts);
  });

  it('show what is true when it is started again without data: another history', async () => {
    const { port, restart } = await started();
    const [ann, bob] = [someone(port, 'ann'), someone(port, 'bob')];
    for (let click = 0; click < 5; click += 1) await ann.count.do.plus();
    for (const { count } of [ann, bob]) await until(() => count.version === 5);
    const { epoch } = ann.count;

    await restart();
    for (const { count } of [ann, bob]) await until(() => count.state === 0 && count.status.is === 'live');
    expect(await bob.count.do.plus()).toEqual({ seq: 1 });
    await until(() => ann.count.state === 1);
    expect(ann.count.epoch).not.toBe(epoch);
    await until(() => ann.count.epoch === bob.count.epoch);
  });

  it('in a tab whose rules are of another version show what the server says, of states and of events', async () => {
    const { port } = await started();
    const old = connect(`ws://127.0.0.1:${port}/dev`, {
      kinds: [
        { ...counter, version: 7, fold: () => -1 },
        { ...chat, version: 7, fold: <S>(state: S) => state },
      ],
    });
    ends.push(() => old.close());
    const [count, talk] = [old.join('counter/global-counter'), old.join('chat/tea')];
    await until(() => count.status.is === 'live' && talk.status.is === 'live');
    await Promise.all([count.do.plus(), talk.do.onMessage({ message: 'Tea?' })]);
    await until(() => count.state === 1 && talk.state?.messages[0]?.text === 'Tea?');
  });
});
