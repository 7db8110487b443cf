import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Kind } from '../../domain/kind.ts';
import type { Page } from '../../domain/page.ts';
import { parseRoom } from '../../domain/room.ts';
import { madeBy } from '../../domain/version.ts';
import { newEpoch } from '../../store/heads.ts';
import { createRestore } from '../../store/restore.ts';
import { ReplayError } from '../errors.ts';
import type { RoomLog } from '../log.ts';
import { otherName } from '../names.ts';
import { stateAt } from '../state.ts';
import { pagesToday } from '../today.ts';
import type { HistoryTables } from './database.ts';
import { requireFoldable } from './foldable.ts';

/** A room that goes on from a version of another. */
export interface Forked {
  readonly room: string;
  /** The room that it came from, and its version: the two have all before it in common. */
  readonly from: string;
  readonly version: number;
}

/** What a fork begins with. */
export interface ForkStart {
  readonly version: number;
  /** The name of the new room, of the same kind. */
  readonly as: string;
  /** Now, in milliseconds since 1970. */
  readonly at: number;
}

/** Where the new room is made. */
export interface ForkTarget {
  readonly client: DynamoDBDocumentClient;
  readonly tables: HistoryTables;
}

/**
 * Makes a room that goes on from a version of another, by the rules that are given. Of the log nothing is copied but that one event, with the
 * state after it: what came before is in the room that it came from. Throws `not-importable` where there is a room of that name, or it is of another
 * kind, and as `stateAt` does; nothing is written then.
 */
export const forkRoom = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  { version, as, at }: ForkStart,
  { client, tables }: ForkTarget,
): Promise<Forked> => {
  if (parseRoom(as)?.kind !== kind.name)
    throw new ReplayError('not-importable', `${log.room} can't go on as "${as}": name a room ${kind.name}/<id>.`);
  const { state } = await stateAt(log, kind, version);
  const epoch = newEpoch();
  const common = { room: as, epoch, from: version, to: version, since: version, lanes: 1, bytes: 0, at };
  let page: Page<State> = { ...common, ...madeBy(kind), state, events: [], missing: [[version, version]] };
  for await (const { events } of pagesToday(log, kind, { from: version, to: version }))
    for (const event of events)
      if (event.seq === version) page = { ...common, ...madeBy(kind), state, events: [event] };
  requireFoldable(page as Page);
  if (!(await createRestore(client, tables).begin(page as Page)))
    throw new ReplayError('not-importable', `${as} exists already. ${otherName(as)}`);
  return { room: as, from: log.room, version };
};
