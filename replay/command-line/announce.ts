import { randomUUID } from 'node:crypto';
import { address } from '../../domain/delivery.ts';
import { maxActionBytes } from '../../domain/limits.ts';
import { serverMessage } from '../../domain/protocol.ts';
import type { Connections } from '../../store/connections.ts';
import type { Deliveries, Queued } from '../../store/deliveries.ts';

export interface AnnounceDeps {
  readonly connections: Pick<Connections, 'all'>;
  readonly deliveries: Pick<Deliveries, 'queue'>;
}

/** How many connections one delivery names: few enough that several senders share the work. */
const connectionsPerDelivery = 100;

/** What is wrong with a message for everyone, in a sentence; `undefined` if nothing is. */
export const announcementFault = (message: string): string | undefined => {
  if (message.trim() === '') return 'There is nothing to say: put the message in quotes.';
  if (Buffer.byteLength(message) > maxActionBytes) return `A message may have ${maxActionBytes / 1024} KB.`;
  return undefined;
};

/**
 * Queues a message for every connection there is, in a room or not: plain ones are sent the text, those that speak envelopes
 * a `notice`. The queue's consumer posts it, tries again and forgets who is gone. Returns how many connections there were.
 */
export const announce = async ({ connections, deliveries }: AnnounceDeps, message: string): Promise<number> => {
  const texts = { plain: message, 'foldcast.v1': serverMessage({ type: 'notice', message }) };
  let count = 0;
  for await (const members of connections.all()) {
    const queued: Queued[] = [];
    for (let start = 0; start < members.length; start += connectionsPerDelivery) {
      const some = members.slice(start, start + connectionsPerDelivery);
      const parts = new Map(some.map(({ connection, wire }) => [connection, { texts: [texts[wire]] }]));
      const name = randomUUID();
      // A group of its own: nothing has to wait for it, and it waits for nothing.
      queued.push({ group: name, name, delivery: { type: 'direct', ...address(parts) } });
    }
    await deliveries.queue(queued);
    count += members.length;
  }
  return count;
};
