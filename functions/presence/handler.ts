import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import pMap from 'p-map';
import type { Registry } from '../../domain/registry.ts';
import type { Heads } from '../../store/heads.ts';
import { type Moves, movesOf } from './moves.ts';

export interface PresenceDeps {
  readonly registry: Registry;
  readonly heads: Pick<Heads, 'append'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Rooms of one batch that are told at once. */
const concurrency = 16;

/**
 * The processor of the connections' stream: appends `joined` and `left` to the rooms whose kind has them among its internal
 * events, whatever made or removed the membership. Who came or went in one batch is told together: where a thousand leave at
 * once, each event is posted to all who are left. A room is told in order, so that nobody leaves before having joined. Where an
 * append fails, everything from its first record on comes again, and what a room was told already does not count.
 */
export const presenceHandler =
  (deps: PresenceDeps) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const tellRoom = async ([room, all]: readonly [string, readonly Moves[]]) => {
      for (const moves of all) {
        try {
          await tell(deps, moves);
        } catch (cause) {
          deps.logger.warn('could not tell a room who came or went: it comes again', { room, cause });
          return [{ itemIdentifier: moves.sequenceNumber }];
        }
      }
      return [];
    };
    const failures = await pMap(movesOf(Records, deps.logger), tellRoom, { concurrency });
    return { batchItemFailures: failures.flat() };
  };

/** An id that follows from the records: what comes again in the same batch is known by it. */
const idOf = (records: readonly string[]): string =>
  records.length === 1
    ? `${records[0]}`
    : createHash('sha256').update(JSON.stringify(records)).digest('base64url').slice(0, 22);

const tell = async ({ registry, heads, logger, now }: PresenceDeps, moves: Moves): Promise<void> => {
  const { room, type, members, records } = moves;
  const kind = registry.kindOf(room);
  if (!kind?.internal || !Object.hasOwn(kind.internal, type)) return;
  const [only] = members;
  const sender =
    only && members.length === 1 ? { by: only.user, connection: only.connection } : { by: 'presence', connection: '' };
  // Not the record's own time, which is cut to whole seconds: a join at 12:00:05.9 would seem to come before a message at 12:00:05.3.
  await heads.append(room, { id: idOf(records), type, ...sender, data: { members }, at: now() });
  logger.info(type, { room, connections: members.map(({ connection }) => connection) });
};
