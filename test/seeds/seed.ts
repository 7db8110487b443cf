import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { PlainClient } from '../system/client.ts';
import { type System, startSystem } from '../system/system.ts';
import { until } from '../system/until.ts';

/** The system that all tests of a file share, as `Pulumi.dev.yaml` configures it, and clients of it. */
export interface Seed {
  readonly system: System;
  /** New clients, which close when the test ends. Every one is a member of the default rooms. */
  clients<const Names extends readonly string[]>(...names: Names): Promise<{ [N in keyof Names]: PlainClient }>;
  /** Waits until no delivery is on its way any more. Who has not been sent something by then never will be. */
  delivered(): Promise<void>;
  /**
   * A connection that has been dead for a while without anybody knowing: its record and its memberships are there, and
   * every post to it finds nobody. Returns its id.
   */
  deadConnection(...rooms: readonly string[]): Promise<string>;
}

/** Runs one system for the tests of a file. */
export const seed = (): Seed => {
  let running: System | undefined;
  const system = (): System => {
    if (!running) throw new Error('The system runs while tests do: ask for it within one.');
    return running;
  };
  beforeAll(async () => {
    running = await startSystem();
  });
  afterAll(() => running?.close());

  return {
    get system() {
      return system();
    },
    clients: async (...names) => {
      const all = await Promise.all(names.map(() => system().connect()));
      onTestFinished(async () => {
        await Promise.all(all.map((client) => client.close()));
      });
      return all as { [N in keyof typeof names]: PlainClient };
    },
    delivered: () => until('all deliveries are done', async () => (await system().queued()) === 0),
    deadConnection: async (...rooms) => {
      const id = `${'dead'.padEnd(11, '0')}${String(Math.random()).slice(2, 6)}=`;
      await system().connections.add({ id, wire: 'plain', rooms, at: Date.now() - 60_000 });
      return id;
    },
  };
};

/** Waits until a client has been sent so many texts, and returns them in their order. Fails if there are more. */
export const hears = async (client: PlainClient, count: number): Promise<readonly string[]> => {
  await until(`a client hears ${count} texts`, () => client.messages.length >= count);
  expect(client.messages).toHaveLength(count);
  return client.messages;
};

/** The id of a client's connection, as the server says it. */
export const idOf = async (client: PlainClient): Promise<string> => {
  const before = client.messages.length;
  client.send({ action: 'whoAmI' });
  await until('a client knows who it is', () => client.messages.length > before);
  return client.messages[before] ?? '';
};
