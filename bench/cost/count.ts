import { connect } from 'foldcast-client';
import { startRuntime } from 'pulumi-local';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
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
  const QueueUrl = String(runtime.graph.outputs.deliveriesQueueUrl);
  const asked = {
    service: 'sqs',
    operation: 'GetQueueAttributes',
    input: { QueueUrl, AttributeNames: ['All'] },
  } as const;
  const queued = async (): Promise<number> => {
    const { Attributes } = (await runtime.dispatch({ caller: { kind: 'operator' }, ...asked })) as {
      readonly Attributes: Readonly<Record<string, string>>;
    };
    return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  };
  try {
    const invocations = () =>
      Object.values(runtime.statistics().functions).reduce((sum, each) => sum + each.invocations, 0);
    const quiet = async () => {
      await until('all deliveries are done', async () => (await queued()) === 0);
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
    const enter = async () => {
      const client = connect(url, { kinds: [counter, chat] });
      const joined = client.join<string>(room);
      await until('a member is in the room', () => joined.status.is === 'live');
      return { client, joined };
    };
    const [first, ...others] = await Promise.all(Array.from({ length: Math.max(1, members) }, enter));
    const said = { message: 'x'.repeat(bytes) };
    const act = () => (cast === 'state' ? first?.joined.do.plus?.() : first?.joined.do.onMessage?.(said));
    /** What clients send is a message each, of those that are under 32 KB. */
    const inbound = (messages: number) => {
      bill.counts.messages += messages;
    };
    const action = await counted(async () => {
      for (let turn = 0; turn < actions; turn += 1) await act();
      inbound(actions);
    }, actions);
    const visits = 5;
    const visit = await counted(async () => {
      for (let turn = 0; turn < visits; turn += 1) {
        (await enter()).client.close();
        // It asks who it is, and joins.
        inbound(2);
      }
    }, visits);
    for (const each of [first, ...others]) each?.client.close();
    return { action, visit };
  } finally {
    await runtime.close();
  }
};
