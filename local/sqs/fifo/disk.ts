import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MessageAttributes } from '../messageAttributes.ts';
import { deduplicationMs, type Original } from './duplicates.ts';
import type { Message } from './message.ts';

/** Keeps what FIFO queues hold. Queues are named. */
export interface Disk {
  /** All that `run` changes is kept, or nothing of it. */
  readonly together: <T>(run: () => T) => T;
  readonly insert: (queue: string, message: Message) => void;
  /** How often it was received, and when first. */
  readonly update: (queue: string, message: Message) => void;
  readonly remove: (queue: string, sequence: number) => void;
  readonly purge: (queue: string) => void;
  readonly remember: (queue: string, key: string, original: Original) => void;
  /** Everything of a queue, in order. */
  readonly load: (queue: string, now: number) => Kept;
  readonly close: () => void;
}

export interface Kept {
  readonly messages: readonly Message[];
  readonly originals: readonly (readonly [key: string, original: Original])[];
}

const nothing = () => {};

/** Keeps nothing: messages live in memory. */
export const noDisk: Disk = {
  together: (run) => run(),
  insert: nothing,
  update: nothing,
  remove: nothing,
  purge: nothing,
  remember: nothing,
  load: () => ({ messages: [], originals: [] }),
  close: nothing,
};

const schema = `
  CREATE TABLE IF NOT EXISTS messages (
    queue TEXT, sequence INTEGER, id TEXT, groupId TEXT, deduplication TEXT, body TEXT, attributes TEXT, sent INTEGER,
    source TEXT, received INTEGER, firstReceived INTEGER, PRIMARY KEY (queue, sequence)
  );
  CREATE TABLE IF NOT EXISTS originals (
    queue TEXT, key TEXT, id TEXT, sequence INTEGER, sent INTEGER, PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
`;

interface Row {
  readonly id: string;
  readonly groupId: string;
  readonly deduplication: string;
  readonly body: string;
  readonly attributes: string;
  readonly sent: number;
  readonly sequence: number;
  readonly source: string | null;
  readonly received: number;
  readonly firstReceived: number | null;
}

/** Visible again: whoever had received it ended with the process that had kept it, and its group would wait for nobody. */
const messageOf = (row: Row): Message => ({
  id: row.id,
  group: row.groupId,
  deduplication: row.deduplication,
  body: row.body,
  attributes: JSON.parse(row.attributes) as MessageAttributes,
  sent: row.sent,
  sequence: row.sequence,
  source: row.source ?? undefined,
  received: row.received,
  firstReceived: row.firstReceived ?? undefined,
  flight: undefined,
});

/** Opens the SQLite file of a folder. */
export const openDisk = (folder: string): Disk => {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'fifo.db'));
  // A commit is in the file, and so safe from a `kill -9`; what only a power cut could lose is not worth a disk sync per call.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`);
  const insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const update = db.prepare('UPDATE messages SET received = ?, firstReceived = ? WHERE queue = ? AND sequence = ?');
  const remove = db.prepare('DELETE FROM messages WHERE queue = ? AND sequence = ?');
  const purge = db.prepare('DELETE FROM messages WHERE queue = ?');
  const remember = db.prepare('INSERT OR REPLACE INTO originals VALUES (?, ?, ?, ?, ?)');
  const forget = db.prepare('DELETE FROM originals WHERE sent <= ?');
  const messages = db.prepare('SELECT * FROM messages WHERE queue = ? ORDER BY sequence');
  const originals = db.prepare('SELECT * FROM originals WHERE queue = ? ORDER BY sequence');
  let inside = false;
  let tidied = 0;

  return {
    together: (run) => {
      if (inside) return run();
      db.exec('BEGIN');
      inside = true;
      try {
        const result = run();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      } finally {
        inside = false;
      }
    },
    insert: (queue, { sequence, id, group, deduplication, body, attributes, sent, source, ...later }) => {
      const { received, firstReceived = null } = later;
      const first = [queue, sequence, id, group, deduplication, body, JSON.stringify(attributes), sent];
      insert.run(...first, source ?? null, received, firstReceived);
    },
    update: (queue, { sequence, received, firstReceived = null }) => {
      update.run(received, firstReceived, queue, sequence);
    },
    remove: (queue, sequence) => {
      remove.run(queue, sequence);
    },
    purge: (queue) => {
      purge.run(queue);
    },
    remember: (queue, key, { id, sequence, sent }) => {
      remember.run(queue, key, id, sequence, sent);
      if (sent < tidied + deduplicationMs) return;
      forget.run(sent - deduplicationMs);
      tidied = sent;
    },
    load: (queue, now) => {
      forget.run(now - deduplicationMs);
      return {
        messages: (messages.all(queue) as unknown as Row[]).map(messageOf),
        originals: (originals.all(queue) as unknown as (Original & { key: string })[]).map(
          ({ key, id, sequence, sent }) => [key, { id, sequence, sent }] as const,
        ),
      };
    },
    close: () => db.close(),
  };
};
