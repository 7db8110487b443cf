import * as z from 'zod';
import { type Playing, playing } from '../playing.ts';

const plus = JSON.stringify({ action: 'plus' });
const State = z.object({ type: z.literal('state'), version: z.number() });

/** Clients on the plain wire who all click on one counter: the hottest room that there can be. */
const counter = (options: Pick<Playing, 'clients' | 'each' | 'rate'>) =>
  playing({
    ...options,
    name: `counter-${options.clients}`,
    table: 'One room, the counter',
    title: options.clients === 1 ? '1 client' : `${options.clients} clients`,
    versionIn: (message) => State.safeParse(JSON.parse(message)).data?.version,
    room: () => 'counter/global-counter',
    action: () => plus,
  });

export const counters = [
  counter({ clients: 1, each: 2_000 }),
  counter({ clients: 50, each: 80, rate: 600 }),
  counter({ clients: 200, each: 20 }),
];
