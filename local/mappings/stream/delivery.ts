import { attempt } from '../attempt.ts';
import { backoffMs } from '../backoff.ts';
import type { StreamSettings } from '../settings.ts';
import type { Surroundings } from '../source.ts';
import { type GivenUp, reportGivenUp } from './destination.ts';
import type { PendingRecord } from './records.ts';

interface Part {
  readonly records: readonly PendingRecord[];
  /** Invocations with these records that failed. */
  readonly failures: number;
  /** Delivered again after success. */
  readonly repeated?: true;
}

/**
 * Delivers a batch until each of its records is processed or given up, and tells `settle` as it goes.
 * A partial failure comes again from its first failed record on. A function error splits the batch, where `bisect` says so;
 * splitting is no retry. What did not reach the function (a throttle) is tried again for as long as the records' age allows.
 */
export const createDelivery = (
  settings: StreamSettings,
  shardId: string,
  surroundings: Surroundings,
  settle: (records: readonly PendingRecord[]) => void,
) => {
  const { name, functionArn, partialFailures } = settings;
  const { invoke, waits, say, again } = surroundings;

  const giveUp = async (records: readonly PendingRecord[], why: Omit<GivenUp, 'records'>) => {
    say(`${name}: gave up ${records.length} records of ${shardId} (${why.condition})`);
    await reportGivenUp(settings, shardId, surroundings, { records, ...why });
    settle(records);
  };
  const tooOld = (record: PendingRecord) =>
    settings.maximumAgeMs !== undefined && Date.now() - record.writtenAt > settings.maximumAgeMs;

  return async (batch: readonly PendingRecord[]): Promise<void> => {
    const parts: Part[] = [{ records: batch, failures: 0 }];
    let refusals = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const { failures, repeated } = part;
      const young = part.records.findIndex((record) => !tooOld(record));
      const expired = young < 0 ? part.records : part.records.slice(0, young);
      const records = part.records.slice(expired.length);
      if (expired.length > 0) await giveUp(expired, { condition: 'RecordAgeExceeded', invocations: failures });
      if (records.length === 0) continue;

      const ids = records.map((record) => record.sequence);
      const events = records.map((record) => record.event);
      const outcome = await attempt({ invoke, waits, functionArn, partialFailures, records: events, ids });

      if (outcome.kind === 'refused') {
        if (refusals === 0) say(`${name}: ${outcome.reason}; trying again`);
        await waits.pause(backoffMs(refusals++));
        parts.push({ ...part, records });
        continue;
      }
      const first = outcome.kind === 'failed' ? 0 : ids.findIndex((id) => outcome.failures.has(id));
      if (first < 0) {
        if (repeated === undefined && again()) parts.push({ records, failures, repeated: true });
        else settle(records);
        continue;
      }
      if (outcome.kind === 'failed' && failures === 0) say(`${name}: ${outcome.reason}`);
      if (outcome.kind === 'failed' && settings.bisect && records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        parts.push({ records: records.slice(middle), failures }, { records: records.slice(0, middle), failures });
        continue;
      }
      settle(records.slice(0, first));
      const rest = records.slice(first);
      // A record that is now the first one has failed once; one that was first before, once more.
      const failed = first > 0 ? 1 : failures + 1;
      if (settings.retries !== undefined && failed > settings.retries) {
        const functionError = outcome.kind === 'failed';
        await giveUp(rest, { condition: 'RetryAttemptsExhausted', invocations: failed, functionError });
        continue;
      }
      await waits.pause(backoffMs(failed - 1));
      parts.push({ records: rest, failures: failed });
    }
  };
};
