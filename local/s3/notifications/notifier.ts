import { AwsError, type Invoke, type InvokeResult, type Say } from '../../aws.ts';
import { type GivenUp, givenUpRecord } from '../../lambda/given-up.ts';
import { Closed, untilClosed, waitsUntil } from '../../mappings/closing.ts';
import type { NotificationDefinition } from './definition.ts';
import type { Outbox, PendingNotification } from './outbox.ts';
import { type Change, recordOf } from './record.ts';

export interface NotifierOptions {
  readonly notifications: readonly NotificationDefinition[];
  readonly outbox: Outbox;
  readonly invoke: Invoke;
  /** Sends a message to a queue as a function. */
  readonly send: (
    functionArn: string,
    message: { readonly QueueUrl: string; readonly MessageBody: string },
  ) => Promise<unknown>;
  /** Milliseconds before each further try when a function failed: Lambda makes two, unless it is told to make fewer. */
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

export const createNotifier = ({ notifications, outbox, invoke, send, retryMs, say }: NotifierOptions): Notifier => {
  const closing = new AbortController();
  const waits = waitsUntil(closing.signal);
  const byId = new Map(notifications.map((each) => [each.id, each]));
  const gathering = new Map<string, PendingNotification[]>();

  /** Resolves with what came of it; `undefined` where a throttle outlasted what the event may be old, until when Lambda waits. */
  const attempt = async (functionArn: string, event: object, until: number): Promise<InvokeResult | undefined> => {
    while (Date.now() < until) {
      try {
        return await waits.on(invoke(functionArn, event));
      } catch (cause) {
        if (cause instanceof Closed) throw cause;
        if (!(cause instanceof AwsError)) return { ok: false, errorType: 'Error', errorMessage: String(cause) };
        await waits.pause(refusedMs);
      }
    }
    return undefined;
  };

  /** Resolves with how it failed for good, if it did. */
  const invoked = async ({ functionArn, invocation }: NotificationDefinition, event: object) => {
    const until = Date.now() + invocation.maximumAgeMs;
    const { version } = invocation;
    for (let tries = 1; ; tries += 1) {
      const result = await attempt(functionArn, event, until);
      if (result?.ok) return undefined;
      const failed = { functionArn, version, event, failure: result };
      if (result === undefined) return { ...failed, tries: tries - 1, condition: 'EventAgeExceeded' as const };
      if (tries > invocation.retries) return { ...failed, tries, condition: 'RetriesExhausted' as const };
      await waits.pause(retryMs[tries - 1] ?? 0);
    }
  };

  const report = async (queueUrl: string, givenUp: GivenUp) => {
    try {
      await waits.on(
        send(givenUp.functionArn, { QueueUrl: queueUrl, MessageBody: JSON.stringify(givenUpRecord(givenUp)) }),
      );
    } catch (cause) {
      if (cause instanceof Closed) throw cause;
      say(`The on-failure destination of ${givenUp.functionArn} could not be told: ${cause}`);
    }
  };

  const deliver = async (notification: NotificationDefinition, pending: readonly PendingNotification[]) => {
    const { bucket, functionArn, invocation } = notification;
    const givenUp = await invoked(notification, { Records: pending.map(({ record }) => record) });
    if (givenUp && invocation.onFailureQueueUrl !== undefined) await report(invocation.onFailureQueueUrl, givenUp);
    if (waits.closed()) return;
    outbox.remove(pending);
    if (givenUp === undefined) return;
    const keys = pending.map(({ record }) => record.s3.object.key).join(', ');
    const { failure } = givenUp;
    const why = failure ? `${failure.errorType}: ${failure.errorMessage}` : 'it was throttled for too long';
    say(`Gave up telling ${functionArn} what happened in the bucket ${bucket} (${keys}): ${why}`);
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
