import { attempt } from '../attempt.ts';
import { backoffMs } from '../backoff.ts';
import { Closed, untilClosed } from '../closing.ts';
import { batchLength, bytesOf } from '../payload.ts';
import type { QueueSettings } from '../settings.ts';
import type { Reading, Surroundings } from '../source.ts';
import { groupOf, type Message, recordOf } from './messages.ts';
import { receiveBatch } from './receive.ts';

/**
 * The most batches at once. AWS starts at five and adds 300 a minute while there is a backlog, or works on as many as a FIFO
 * queue has active groups; on one machine, with a few environments to a function, more would only take messages out of the
 * queue to wait elsewhere. There their visibility timeout runs, and it is six times the function's timeout: five batches
 * in two environments are done within three.
 */
const concurrency = 5;
/** How long a batch may be worked on before the next one is looked for beside it, in ms; a full batch is not waited for. */
const patience = 50;
/** The most entries of one DeleteMessageBatch, and how often it is tried. */
const deleteSize = 10;
const deleteTries = 3;

/**
 * Reads a queue and invokes the function with what comes. Messages that succeed are deleted; the others are left alone, and
 * come again after the queue's visibility timeout.
 */
export const startQueue = (settings: QueueSettings, surroundings: Surroundings): Reading => {
  const { invoke, call, waits, again, say } = surroundings;
  const { name, functionArn, partialFailures, fifo, queueUrl: QueueUrl } = settings;
  const most = Math.min(settings.maximumConcurrency ?? concurrency, concurrency);
  const working = new Set<Promise<void>>();
  /** Invocations in a row that were refused: reading slows down. */
  let refusals = 0;

  const remove = async (messages: readonly Message[]): Promise<void> => {
    for (let from = 0; from < messages.length; from += deleteSize) {
      const Entries = messages
        .slice(from, from + deleteSize)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      for (let failures = 0; failures < deleteTries; failures++) {
        try {
          await waits.on(call('sqs', 'DeleteMessageBatch', { QueueUrl, Entries }));
          break;
        } catch (error) {
          if (error instanceof Closed) throw error;
          if (failures === deleteTries - 1) say(`${name}: messages stay in the queue and will come again: ${error}`);
          else await waits.pause(backoffMs(failures));
        }
      }
    }
  };

  /** Gives the ids of the messages that stay in the queue. */
  const work = async (messages: readonly Message[], repeated = false): Promise<ReadonlySet<string>> => {
    const ids = messages.map((message) => message.MessageId);
    const records = messages.map((message) => recordOf(message, settings.source));
    const outcome = await attempt({ invoke, waits, functionArn, partialFailures, records, ids });
    if (outcome.kind !== 'processed') {
      refusals = outcome.kind === 'refused' ? refusals + 1 : 0;
      if (refusals <= 1) say(`${name}: ${outcome.reason}`);
      return new Set(ids);
    }
    refusals = 0;
    if (outcome.failures.size === 0 && !repeated && again()) return work(messages, true);
    await remove(messages.filter((message) => !outcome.failures.has(message.MessageId)));
    return outcome.failures;
  };

  /**
   * What was received together makes one batch, or several where it is over the payload limit. Of a FIFO queue's group in
   * which one stays, those after it stay as well.
   */
  const workAll = async (messages: readonly Message[]): Promise<void> => {
    let rest = messages.map((message) => ({ message, bytes: bytesOf(message) }));
    while (rest.length > 0) {
      const batch = rest.splice(0, batchLength(rest, settings.batchSize)).map(({ message }) => message);
      const left = await work(batch);
      if (!fifo || left.size === 0) continue;
      const stopped = new Set(batch.filter(({ MessageId }) => left.has(MessageId)).map(groupOf));
      rest = rest.filter(({ message }) => !stopped.has(groupOf(message)));
    }
  };

  const read = async (): Promise<never> => {
    let full = false;
    for (let failures = 0; ; ) {
      while (working.size >= most) await waits.on(Promise.race(working));
      if (working.size > 0 && !full) await Promise.race([...working, waits.pause(patience)]);
      if (refusals > 0) await waits.pause(backoffMs(refusals));
      try {
        const messages = await receiveBatch(settings, surroundings);
        failures = 0;
        full = messages.length >= Math.min(settings.batchSize, 10);
        if (messages.length === 0) continue;
        const job: Promise<void> = untilClosed(() => workAll(messages)).finally(() => working.delete(job));
        working.add(job);
      } catch (error) {
        if (error instanceof Closed) throw error;
        if (failures === 0) say(`${name}: cannot read its queue: ${error}; trying again`);
        await waits.pause(backoffMs(failures++));
      }
    }
  };

  const ended = untilClosed(read).then(async () => {
    await Promise.all(working);
  });
  return { ended, idle: () => working.size === 0 };
};
