import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { Draft, Event } from '../../domain/event.ts';
import type { Kind, Pace } from '../../domain/kind.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { game } from '../../domain/kinds/game.ts';
import { createRegistry } from '../../domain/registry.ts';
import { createAfreshLog } from '../../functions/afresh.ts';
import { createFaultLog } from '../../functions/faults.ts';
import { createCast } from '../../functions/fold/cast.ts';
import type { Remembered } from '../../functions/fold/commit.ts';
import { foldHandler } from '../../functions/fold/handler.ts';
import { createLog } from '../../store/log.ts';
import { tally } from '../domain/tally.ts';
import type { Tables } from '../store/tables.ts';

interface ColdFoldOptions {
  /** Kinds beside ours. */
  readonly more?: readonly Kind[];
  /** How many actions a sender may have: more than any test sends, unless given. */
  readonly pace?: Pace;
  /** How long it folds a room afresh at a time, in milliseconds; as long as it takes unless given. */
  readonly patience?: number;
}

/** Metrics of what should never happen. */
const watched = new Set(['MissingEvents', 'UnknownRooms', 'UnreadableRecords']);

/** A fold with a memory of its own, as each environment of the function has. */
export const coldFold = (
  tables: Tables,
  { more = [], pace = { perSecond: 1e6, burst: 1e6 }, patience = Number.POSITIVE_INFINITY }: ColdFoldOptions = {},
) => {
  const counted: [string, number][] = [];
  const measured: [string, number][] = [];
  const refused: [string, number][] = [];
  const warned: string[] = [];
  const clock = { now: Date.now() };
  const logger = {
    info: () => {},
    warn: (message: unknown, ..._: readonly unknown[]) => {
      warned.push(String(message));
    },
    error: (message: unknown, ..._: readonly unknown[]) => {
      warned.push(String(message));
    },
  };
  const errors: [message: string, data: unknown][] = [];
  const count = (metric: string, amount: number) => void counted.push([metric, amount]);
  const faults = createFaultLog({ error: (message, ...data) => void errors.push([String(message), data[0]]) }, count);
  // As the function's own: it says what can't be read.
  const registry = createRegistry([counter, tally, game, chat, ...more]);
  const infos: [message: string, data: unknown][] = [];
  const log = createLog(tables.database, tables.names.log, {
    kindOf: registry.kindOf,
    onFault: faults.left,
    onUnreadable: faults.unreadable,
    onAfresh: createAfreshLog(
      {
        info: (message, ...data) => void infos.push([String(message), data[0]]),
        error: (message, ...data) => void errors.push([String(message), data[0]]),
      },
      (metric, value) => measured.push([metric, value]),
    ),
    patience,
  });
  const handler = foldHandler({
    registry,
    log,
    cast: createCast({ ...tables, faults, logger }),
    faults,
    pace,
    memory: new Map<string, Remembered>(),
    logger,
    measures: {
      add: (metric, value) => (watched.has(metric) ? counted : measured).push([metric, value]),
      publish: () => {},
    },
    countRefused: (reason, count = 1) => refused.push([reason, count]),
    now: () => clock.now,
  });
  const fold = async (...records: readonly Appended[]) => (await handler(batchOf(records))).batchItemFailures;
  return { fold, log, counted, measured, refused, warned, errors, infos, clock };
};

/** A record of the heads' stream: an event, and the room on whose head it was put. */
export type Appended = readonly [room: string, event: Event, epoch?: string];

const batchOf = (records: readonly Appended[]): DynamoDBStreamEvent => ({
  Records: records.map(([room, { seq, ...event }, epoch = 'e']) => ({
    dynamodb: {
      SequenceNumber: `${room}#${seq}`,
      NewImage: {
        room: { S: room },
        epoch: { S: epoch },
        seq: { N: String(seq) },
        event: { S: JSON.stringify(event) },
      },
    },
  })),
});

export const plus = (room: string, seq: number, more: Partial<Draft> = {}): Appended => [
  room,
  { seq, id: `id-${seq}`, type: 'plus', data: {}, by: 'c', connection: 'c', at: seq, ...more },
];
