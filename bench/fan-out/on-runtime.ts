import { once } from 'node:events';
import WebSocket from 'ws';
import * as z from 'zod';
import { callsBetween, isPost, total } from '../calls.ts';
import type { Runtime } from '../runtime.ts';
import type { Member, System } from './system.ts';
import { createWatch } from './watch.ts';

const plus = JSON.stringify({ action: 'plus' });
const State = z.object({ type: z.literal('state'), value: z.number() });

const valueIn = (message: unknown): number | undefined => State.safeParse(JSON.parse(String(message))).data?.value;

const join = async (url: string): Promise<Member> => {
  const socket = new WebSocket(url, { perMessageDeflate: false, handshakeTimeout: 60_000 });
  const { hear, ...watch } = createWatch(valueIn);
  socket.on('message', hear);
  await once(socket, 'open');
  return { ...watch, click: () => socket.send(plus), leave: () => socket.terminate() };
};

/** A counter that is a Pulumi program, whose members speak the plain wire. */
export const onRuntime = (runtime: Runtime): Omit<System, 'title'> => ({
  join: () => join(runtime.url),
  posts: async () => total(callsBetween({}, (await runtime.statistics()).calls), isPost),
  close: runtime.close,
});
