import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import { createCaster } from '../../functions/caster.ts';
import type { Message } from '../../store/deliveries.ts';
import { logged } from '../domain/logged.ts';

it('looks up many senders at once that are no members, but not all of them', async () => {
  const queued: Message[] = [];
  let [asking, most] = [0, 0];
  const cast = createCaster(
    {
      members: async () => [{ connection: 'member', wire: 'plain' }],
      get: async (id) => {
        asking += 1;
        most = Math.max(most, asking);
        await turn();
        asking -= 1;
        return id === 'gone' ? undefined : { id, wire: 'foldcast.v1', rooms: [], at: 0 };
      },
    },
    { queue: async (messages) => void queued.push(...messages) },
  );
  const senders = ['member', 'gone', ...Array.from({ length: 200 }, (_, index) => `stranger ${index}`)];
  const events = senders.map((connection, index) => logged(index + 1, 'plus', {}, { connection, ack: true }));
  await cast({ room: 'counter/a', kind: counter, cast: { state: 9, version: 9, events: events as never }, since: 0 });
  expect(most).toBe(32);
  const told = queued.flatMap((message) => ('groups' in message && message.cast === 'events' ? message.groups : []));
  expect(told.flatMap(({ connections }) => connections)).toEqual(senders.slice(2));
});
