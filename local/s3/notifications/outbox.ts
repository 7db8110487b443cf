import type { Persistence } from '../fauxqs.ts';
import type { NotificationRecord } from './record.ts';

/** A record that a notification's function has yet to be told. */
export interface PendingNotification {
  /** Of the notification, which may be gone at the next start. */
  readonly notification: string;
  readonly record: NotificationRecord;
}

/** Keeps what has not been told, as long as the objects are kept. */
export interface Outbox {
  /** Within the transaction that changes the objects. */
  add(pending: readonly PendingNotification[]): void;
  remove(pending: readonly PendingNotification[]): void;
  all(): PendingNotification[];
}

/** Forgotten when the runtime ends, like the objects that it is about. */
export const memoryOutbox: Outbox = { add: () => {}, remove: () => {}, all: () => [] };

/** Beside the objects, in their file: what is told and what has happened are never at odds, even after a `kill -9`. */
export const storedOutbox = ({ db }: Persistence): Outbox => {
  db.exec(
    'CREATE TABLE IF NOT EXISTS pending_notifications (sequencer TEXT, notification TEXT, record TEXT, PRIMARY KEY (sequencer, notification))',
  );
  const insert = db.prepare('INSERT INTO pending_notifications VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM pending_notifications WHERE sequencer = ? AND notification = ?');
  const select = db.prepare('SELECT notification, record FROM pending_notifications ORDER BY sequencer');
  return {
    add: (pending) => {
      for (const { notification, record } of pending)
        insert.run(record.s3.object.sequencer, notification, JSON.stringify(record));
    },
    remove: (pending) => {
      for (const { notification, record } of pending) remove.run(record.s3.object.sequencer, notification);
    },
    all: () =>
      select.all().map(({ notification, record }) => ({
        notification: String(notification),
        record: JSON.parse(String(record)) as NotificationRecord,
      })),
  };
};
