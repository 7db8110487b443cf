import type { Layer } from 'pulumi-local';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PlainClient } from './client.ts';
import { startSystem } from './system.ts';
import { until } from './until.ts';
import { endsAt } from './whole.ts';

// Each test starts a system of its own: a limit for a machine that is busy with others.
vi.setConfig({ testTimeout: 60_000 });

/** The versions that a client was sent, as they came in. */
const versions = ({ messages }: PlainClient): number[] =>
  messages.map((message) => (JSON.parse(message) as { version: number }).version);

describe('a queue that keeps no order', () => {
  it.each([1, 2])('[C2] leaves every client at the newest state, whatever came late (seed %i)', async (seed) => {
    const system = await startSystem({ seed, redeliver: 0.3 });
    onTestFinished(() => system.close());
    const clients = await Promise.all(Array.from({ length: 8 }, () => system.connect()));
    let sent = 0;
    for (let wave = 0; wave < 10; wave += 1) {
      for (const client of clients) client.send({ action: 'plus' });
      sent += clients.length;
      const seen = sent;
      await until('someone is told of this wave', () => clients.some((client) => Number(client.last().value) >= seen));
    }
    await endsAt(system, clients, sent);
  });

  it('[C2] sends the newest state once more after an older one that came in behind it', async () => {
    let release: (() => void) | undefined;
    /** Holds up the first state on its way to anybody, while the other environment of the function goes on. */
    const overtake: Layer = async ({ operation, input }, next) => {
      const held =
        operation === 'PostToConnection' && release === undefined && String(input.Data).includes('"value":1,');
      if (held)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return next();
    };
    const system = await startSystem({ layers: [overtake] });
    onTestFinished(() => system.close());
    const ann = await system.connect();
    ann.send({ action: 'plus' });
    await until('the first state is held up', () => release !== undefined);
    ann.send({ action: 'plus' });
    await ann.shows(2);
    release?.();
    await until('the older state comes in behind', () => versions(ann).includes(1));
    await endsAt(system, [ann], 2);
    // Again at least once: a queue may deliver twice.
    const [first, late, ...again] = versions(ann);
    expect([first, late]).toEqual([2, 1]);
    expect(new Set(again)).toEqual(new Set([2]));
  });
});
