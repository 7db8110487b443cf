import { ReplayError } from '../../../replay/errors.ts';
import { answersOf } from './answers.ts';
import { sentenceOf } from './fault.ts';
import type { Answered, Asked } from './messages.ts';

/** All reading and folding is done here, in a thread of its own: the page stays free to draw. */

const giveUps = new Map<number, AbortController>();
const answer = (message: Answered, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });
const answers = answersOf();

self.addEventListener('message', async ({ data }: MessageEvent<Asked>) => {
  const { id, call } = data;
  if (call === 'give up') {
    giveUps.get(id)?.abort();
    return;
  }
  const ending = new AbortController();
  giveUps.set(id, ending);
  try {
    const run = answers[call] as (...args: readonly unknown[]) => Promise<unknown>;
    const to = {
      id,
      unwanted: ending.signal,
      chunk: (chunk, transfer) => answer({ id, chunk }, transfer),
    } satisfies Parameters<(typeof answers)['scan']>[0];
    answer({ id, value: await run(to, ...data.args) });
  } catch (cause) {
    answer({
      id,
      error: { message: sentenceOf(cause), ...(cause instanceof ReplayError && { fault: cause.fault }) },
    });
  } finally {
    giveUps.delete(id);
  }
});
