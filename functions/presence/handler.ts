import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Registry } from '../../domain/registry.ts';
import { membershipOf } from '../../store/connections.ts';
import type { Heads } from '../../store/heads.ts';

export interface PresenceDeps {
  readonly registry: Registry;
  readonly heads: Pick<Heads, 'append'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The processor of the connections' stream: appends `joined` and `left` to the rooms whose kind has them among its internal
 * events, whatever made or removed the membership. One record after the other, so that nobody leaves before having joined.
 */
export const presenceHandler =
  (deps: PresenceDeps) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const record of Records) {
      try {
        await tell(deps, record);
      } catch (cause) {
        deps.logger.warn('could not tell a room who came or went: it comes again', { cause });
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
      }
    }
    return { batchItemFailures: [] };
  };

const tell = async ({ registry, heads, logger, now }: PresenceDeps, record: DynamoDBRecord): Promise<void> => {
  const membership = membershipOf(record);
  if (!membership) return;
  const { room, connection, user, type } = membership;
  const kind = registry.kindOf(room);
  if (!kind?.internal || !Object.hasOwn(kind.internal, type)) return;
  // Not the record's own time, which is cut to whole seconds: a join at 12:00:05.9 would seem to come before a message at 12:00:05.3.
  await heads.append(room, { id: record.eventID ?? '', type, data: {}, by: user, connection, at: now() });
  logger.info(type, { room, connection });
};
