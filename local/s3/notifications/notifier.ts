import { AwsError, type Invoke, type Say } from '../../aws.ts';
import { Closed, untilClosed, waitsUntil } from '../../mappings/closing.ts';
import type { NotificationDefinition } from './definition.ts';
import type { Outbox, PendingNotification } from './outbox.ts';
import { type Change, recordOf } from './record.ts';

export interface NotifierOptions {
  readonly notifications: readonly NotificationDefinition[];
  readonly outbox: Outbox;
  readonly invoke: Invoke;
  /** Milliseconds before each further try when a function failed: as many tries as there are numbers. */
  readonly retryMs: readonly number[];
  readonly say: Say;
}

/** Tells functions what happens in buckets, asynchronously and at least once. */
export interface Notifier {
  /** Notes what has happened, within the transaction in which it does. */
  note(changes: readonly Change[]): PendingNotification[];
  /** Tells what was noted, once that is committed. */
  tell(pending: readonly PendingNotification[]): void;
  /** Tells what an earlier run could not. */
  resume(): void;
  /** Ends at once; what has not been told is for the next start. */
  close(): void;
}

/** Records that come within so many milliseconds share an event, as S3 allows itself to. */
const gatherMs = 20;
/** Records of one event at most, so that it stays far from the 1 MB that Lambda takes asynchronously. */
const mostRecords = 100;
/** Before a function that could not run at all is tried again, in milliseconds. */
const refusedMs = 250;

export const createNotifier = ({ notifications, outbox, invoke, retryMs, say }: NotifierOptions): Notifier => {
  const closing = new AbortController();
  const waits = waitsUntil(closing.signal);
  const byId = new Map(notifications.map((each) => [each.id, each]));
  const gathering = new Map<string, PendingNotification[]>();

  /** Resolves with why the function failed, if it did. A throttle is waited out: Lambda does so for six hours. */
  const attempt = async (functionArn: string, event: object): Promise<string | undefined> => {
    for (;;) {
      try {
        const result = await waits.on(invoke(functionArn, event));
        return result.ok ? undefined : `${result.errorType}: ${result.errorMessage}`;
      } catch (cause) {
        if (cause instanceof Closed) throw cause;
        if (!(cause instanceof AwsError)) return String(cause);
        await waits.pause(refusedMs);
      }
    }
  };

  const deliver = async ({ bucket, functionArn }: NotificationDefinition, pending: readonly PendingNotification[]) => {
    const event = { Records: pending.map(({ record }) => record) };
    let failure = await attempt(functionArn, event);
    for (const ms of retryMs) {
      if (failure === undefined) break;
      await waits.pause(ms);
      failure = await attempt(functionArn, event);
    }
    if (waits.closed()) return;
    outbox.remove(pending);
    if (failure === undefined) return;
    const keys = pending.map(({ record }) => record.s3.object.key).join(', ');
    say(`Gave up telling ${functionArn} what happened in the bucket ${bucket} (${keys}): ${failure}`);
  };

  const gather = async (notification: NotificationDefinition) => {
    await waits.pause(gatherMs);
    const all = gathering.get(notification.id) ?? [];
    gathering.delete(notification.id);
    for (let from = 0; from < all.length; from += mostRecords)
      void untilClosed(() => deliver(notification, all.slice(from, from + mostRecords)));
  };

  const tell = (pending: readonly PendingNotification[]) => {
    for (const each of pending) {
      const notification = byId.get(each.notification);
      if (notification === undefined) {
        outbox.remove([each]);
        continue;
      }
      const waiting = gathering.get(notification.id);
      waiting?.push(each);
      if (waiting !== undefined) continue;
      gathering.set(notification.id, [each]);
      void untilClosed(() => gather(notification));
    }
  };

  return {
    note: (changes) => {
      const now = Date.now();
      const pending = changes.flatMap((change) =>
        notifications
          .filter(({ bucket, about }) => bucket === change.bucket && about(change.eventName, change.key))
          .map((notification) => ({ notification: notification.id, record: recordOf(change, notification, now) })),
      );
      outbox.add(pending);
      return pending;
    },
    tell,
    resume: () => tell(outbox.all()),
    close: () => closing.abort(),
  };
};
