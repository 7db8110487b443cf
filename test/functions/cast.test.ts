import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { counter } from '../../domain/kinds/counter.ts';
import { createFaultLog } from '../../functions/faults.ts';
import { createCast } from '../../functions/fold/cast.ts';
import type { Queued } from '../../store/deliveries.ts';
import { logged } from '../domain/logged.ts';

it('looks up many senders at once that are no members, but not all of them', async () => {
  const queued: Queued[] = [];
  const logger = { error: () => {} };
  let [asking, most] = [0, 0];
  const cast = createCast({
    connections: {
      join: async () => 'joined',
      members: async () => [{ connection: 'member', wire: 'plain' }],
      get: async (id) => {
        asking += 1;
        most = Math.max(most, asking);
        await turn();
        asking -= 1;
        return id === 'gone' ? undefined : { id, wire: 'foldcast.v1', rooms: [], at: 0 };
      },
    },
    deliveries: { queue: async (deliveries) => void queued.push(...deliveries) },
    faults: createFaultLog(logger, () => {}),
    logger,
  });
  const senders = ['member', 'gone', ...Array.from({ length: 200 }, (_, index) => `stranger ${index}`)];
  const events = senders.map((connection, index) => logged(index + 1, 'plus', {}, { connection, ack: true }));
  const page = {
    room: 'counter/a',
    epoch: 'e',
    from: 1,
    to: events.length,
    events,
    since: 0,
    lanes: 1,
    bytes: 0,
    at: 0,
  };
  await cast(counter, page, 9);
  expect(most).toBe(32);
  expect(queued.map(({ group, name }) => [group, name])).toEqual([['counter/a#0', 'counter/a/e/1/0']]);
  const told = queued.flatMap(({ delivery: { to } }) => to.flatMap(({ connections }) => connections));
  expect(told.toSorted()).toEqual(['member', ...senders.slice(2)].toSorted());
});
