import type { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBRecord } from 'aws-lambda';
import { membershipOf } from '../../store/connections.ts';

/** Connections that came to a room, or went from it, in one batch: they are told of in one event. */
export interface Moves {
  readonly room: string;
  readonly type: 'joined' | 'left';
  readonly members: readonly { readonly connection: string; readonly user: string }[];
  /** The ids of their records. */
  readonly records: readonly string[];
  /** The place in the stream of the first of them. */
  readonly sequenceNumber: string;
}

/** As many are told of together: about 20 KB, less than an action may have. */
const maxTogether = 200;

type Membership = NonNullable<ReturnType<typeof membershipOf>> & { readonly id: string; readonly place: string };

/** Reads a record. One that can't be read would come again for ever: it is passed by. */
const read = (record: DynamoDBRecord, logger: Pick<Logger, 'error'>): readonly Membership[] => {
  try {
    const membership = membershipOf(record);
    if (!membership) return [];
    return [{ ...membership, id: record.eventID ?? '', place: record.dynamodb?.SequenceNumber ?? '' }];
  } catch (cause) {
    logger.error('passed by a record that is no membership', { record: record.dynamodb?.Keys, cause });
    return [];
  }
};

interface Group {
  readonly first: Membership;
  readonly of: Map<string, Membership>;
}

/** Who joins a group of its own kind may not be in a later one: who came and went is in two groups, in that order. */
const groupFor = (groups: readonly Group[], { type, connection }: Membership): Group | undefined => {
  const place = groups.findLastIndex(({ first, of }) => first.type === type && of.size < maxTogether);
  return groups.slice(Math.max(place, 0)).some(({ of }) => of.has(connection)) ? undefined : groups[place];
};

const groupsOf = (memberships: readonly Membership[]): readonly Group[] => {
  const groups: Group[] = [];
  for (const membership of memberships) {
    const { connection } = membership;
    const group = groupFor(groups, membership);
    if (group) group.of.set(connection, membership);
    else groups.push({ first: membership, of: new Map([[connection, membership]]) });
  }
  return groups;
};

/** What a batch says of each room, in order. */
export const movesOf = (
  records: readonly DynamoDBRecord[],
  logger: Pick<Logger, 'error'>,
): ReadonlyMap<string, readonly Moves[]> => {
  const byRoom = Map.groupBy(
    records.flatMap((record) => read(record, logger)),
    ({ room }) => room,
  );
  const moves = Array.from(byRoom, ([room, memberships]) => {
    const told = groupsOf(memberships).map(({ first, of }) => {
      const all = [...of.values()];
      const members = all.map(({ connection, user }) => ({ connection, user }));
      return { room, type: first.type, members, records: all.map(({ id }) => id), sequenceNumber: first.place };
    });
    return [room, told] as const;
  });
  return new Map(moves);
};
