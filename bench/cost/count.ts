import { startRuntime } from 'pulumi-local';
import { clientMessage } from '../../domain/protocol.ts';
import { connectV1 } from '../../test/system/client-v1.ts';
import { lookInto } from '../../test/system/operator.ts';
import { until } from '../../test/system/until.ts';
import { root } from '../runtime.ts';
import { type Counts, createBill } from './bill.ts';

/** What is counted: one room, its members, and an action of so many bytes. */
export interface Room {
  /** What members are sent: the newest state, or every event. */
  readonly cast: 'state' | 'events';
  readonly members: number;
  /** Bytes of text in an action of a chat; a click of the counter has none. */
  readonly bytes: number;
}

/** Actions that are counted. */
const actions = 20;

/**
 * What one action causes, and one member's coming and going, counted on the local runtime as its functions call AWS. Each action is sent when
 * the one before it was answered, so that each is a page and a post to every member of its own: of what comes faster, states and events are
 * merged, and it costs less.
 */
export const countRoom = async ({
  cast,
  members,
  bytes,
}: Room): Promise<{ readonly action: Counts; readonly visit: Counts }> => {
  const bill = createBill();
  let counting = false;
  const runtime = await startRuntime({
    ...{ project: root, stack: 'dev', port: 0, say: () => {} },
    layers: [(call, next) => (counting && call.caller.kind === 'function' ? bill.layer(call, next) : next())],
  });
  const url = `ws://127.0.0.1:${runtime.port}/dev`;
  const tables = lookInto(runtime.port, runtime.graph.outputs);
  try {
    const invocations = () =>
      Object.values(runtime.statistics().functions).reduce((sum, each) => sum + each.invocations, 0);
    const quiet = async () => {
      await until('all deliveries are done', async () => (await tables.queued()) === 0);
      for (let before = -1; before !== invocations(); ) {
        before = invocations();
        await new Promise((later) => setTimeout(later, 1500));
      }
    };
    /** What some work causes, divided among so many. */
    const counted = async (work: () => Promise<void>, times: number): Promise<Counts> => {
      await quiet();
      const [before, invoked] = [{ ...bill.counts }, invocations()];
      counting = true;
      await work();
      await quiet();
      counting = false;
      const counts = { ...bill.counts, invocations: bill.counts.invocations + invocations() - invoked };
      const entries = Object.entries(counts) as [keyof Counts, number][];
      return Object.fromEntries(
        entries.map(([unit, count]) => [unit, (count - before[unit]) / times]),
      ) as unknown as Counts;
    };

    const room = cast === 'state' ? 'counter/global-counter' : 'chat/counted';
    const all = await Promise.all(Array.from({ length: members }, () => connectV1(url)));
    const join = clientMessage({ action: 'join', room });
    for (const client of all) await client.join(room);
    const message = 'x'.repeat(bytes);
    const said = cast === 'state' ? { action: 'plus' } : { action: 'onMessage', room, message };
    const sent = JSON.stringify({ ...said, id: crypto.randomUUID() });
    const inbound = (text: string, times: number) => {
      bill.counts.messages += times * Math.ceil(Buffer.byteLength(text) / (32 * 1024));
    };
    const action = await counted(async () => {
      for (let turn = 0; turn < actions; turn += 1) await all[0]?.append(said);
      inbound(sent, actions);
    }, actions);
    const visits = 5;
    const visit = await counted(async () => {
      for (let turn = 0; turn < visits; turn += 1) {
        const guest = await connectV1(url);
        await guest.join(room);
        inbound(join, 1);
        await guest.close();
      }
    }, visits);
    for (const client of all) await client.close();
    return { action, visit };
  } finally {
    tables.leave();
    await runtime.close();
  }
};
