import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Member } from '../../domain/kind.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldFold, plus } from './cold-fold.ts';
import { coldSend } from './cold-send.ts';

const tables = await tablesOfFile();

/** What happens to a room: some of its next records are folded, or some of what is queued is posted. */
const step = fc.oneof(
  fc.record({
    does: fc.constant('fold' as const),
    /** Records that come once more, before the new ones. */
    back: fc.nat({ max: 3 }),
    count: fc.integer({ min: 1, max: 4 }),
    isCold: fc.boolean(),
    /** Where the fold dies: before it wrote its page, before it queued its cast, or when it had queued it. */
    dies: fc.option(fc.constantFrom('before the page', 'before the queue', 'after the queue'), { freq: 3 }),
  }),
  fc.record({
    does: fc.constant('send' as const),
    /** After how many posts the sender dies. */
    diesAfter: fc.option(fc.nat({ max: 6 }), { freq: 4 }),
  }),
);

let runs = 0;

it('[C2] gives each plain member the texts of the log in order, whatever is cut, repeated and killed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      runs += 1;
      const room = `chat/run-${runs}`;
      const members = ['ann', 'bob', 'cid'].map((name): Member => ({ connection: `${name}-${runs}`, wire: 'plain' }));
      for (const { connection: id, wire } of members)
        await tables.connections.add({ id, wire, rooms: [room], at: Date.now() });
      const text = (seq: number) => plus(room, seq, { type: 'onMessage', data: { message: `${seq}` } });

      let folder = coldFold(tables);
      let folded = 0;
      const fold = async ({
        back,
        count,
        isCold,
        dies,
      }: Extract<typeof step extends fc.Arbitrary<infer S> ? S : never, { does: 'fold' }>) => {
        if (isCold) folder = coldFold(tables);
        const first = Math.max(1, folded + 1 - back);
        const batch = Array.from({ length: folded + count - first + 1 }, (_, index) => text(first + index));
        tables.through(async ({ operation }, next) => {
          if (dies === 'before the page' && operation === 'PutItem') throw new Error('The fold died.');
          if (dies === 'before the queue' && operation === 'SendMessageBatch') throw new Error('The fold died.');
          const answer = await next();
          if (dies === 'after the queue' && operation === 'SendMessageBatch') throw new Error('The fold died.');
          return answer;
        });
        const failures = await folder.fold(...batch);
        tables.through((_, next) => next());
        if (failures.length === 0) folded += count;
        else folder = coldFold(tables);
      };

      const sent = new Map(members.map(({ connection }) => [connection, [] as string[]]));
      /** Texts of batches whose sender died: they may come twice. */
      const doubtful = new Set<string>();
      const send = async (diesAfter: number | null) => {
        const { Messages = [] } = await tables.sqs.send(
          new ReceiveMessageCommand({ QueueUrl: tables.urls.queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) return false;
        const { receive, posts } = coldSend(tables, {}, diesAfter ?? Number.POSITIVE_INFINITY);
        const failed = await receive(
          ...Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }) => ({
            id: MessageId,
            body: Body,
            handle: ReceiptHandle,
          })),
        );
        for (const [connection, each] of posts) sent.get(connection)?.push(each);
        // A sender that died says nothing of what it had done: all of its batch comes again, to one that knows nothing.
        const isDead = diesAfter !== null && failed.length > 0;
        if (isDead) for (const { Body = '' } of Messages) for (const each of JSON.parse(Body).texts) doubtful.add(each);
        const handles = Messages.map(({ ReceiptHandle = '' }) => ReceiptHandle);
        await (isDead ? tables.comeBack(handles) : tables.remove(handles));
        return true;
      };

      for (const each of steps)
        if (each.does === 'fold') await fold(each);
        else await send(each.diesAfter);
      // In the end all that any fold was given comes again, to one that does not die.
      await fold({ does: 'fold', back: 3, count: 8, isCold: true, dies: null });
      while (await send(null));

      const all = Array.from({ length: folded }, (_, index) => String(index + 1));
      for (const own of sent.values()) {
        const once = own.filter((each, place) => own.indexOf(each) === place);
        expect(once).toEqual(all);
        expect(own.filter((each, place) => own.indexOf(each) !== place && !doubtful.has(each))).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});
