import type * as z from 'zod/mini';
import type { Event } from '../../event.ts';
import { sizeOf } from '../../size.ts';
import type { updateGame } from './actions.ts';
import { isAhead } from './times.ts';

/** What is to be done with a game. */
export type GameAction = z.output<typeof updateGame>;

/** What is to be done with a game that there is. */
type Change = Exclude<GameAction, { gameAction: 'createGame' }>;

/** What the players of a game share: any JSON, of which the rules know two parts. */
export interface GameDocument {
  readonly names?: readonly unknown[] | undefined;
  /** When it was last updated, in milliseconds since 1970 by the clock of the client that did. */
  readonly lastUpdateTime?: number | undefined;
  readonly [key: string]: unknown;
}

/** A document's JSON, in bytes: under the limit of a state (96 KB), so that those who are present fit in beside it. */
const maxDocumentBytes = 64 * 1024;

export const isTooLarge = (document: GameDocument): boolean => sizeOf(JSON.stringify(document)) > maxDocumentBytes;

/** A document, and the `seq` of the last event that changed it, where that is known. */
interface Versioned {
  readonly document: GameDocument;
  readonly documentVersion?: number;
}

/**
 * Whether a client writes without having seen the last update. The version that it knows says so exactly; where it says none, times
 * do, by clients' clocks: who says no time that it has seen has seen nothing later than its own. Without a time on either side
 * nobody can say so, nor by a document's time that is yet to come.
 */
export const isStale = (
  { document, documentVersion }: Versioned,
  change: Change,
  { seq, at }: Pick<Event, 'seq' | 'at'>,
): boolean => {
  if (change.gameAction !== 'updateGame') return false;
  const { version, updatedItems } = change;
  // Nobody has seen its own event before it was appended: such a version is of another history of the room.
  if (version !== undefined) return version < (documentVersion ?? seq - 1) || version >= seq;
  const seen = updatedItems.lastUpdateTime ?? updatedItems.currentUpdateTime;
  const last = document.lastUpdateTime;
  return last !== undefined && seen !== undefined && !isAhead(last, at) && last > seen;
};

/** The document after a change. An update that says no time of its own leaves the time as it was. */
export const changed = (document: GameDocument, change: Change): GameDocument => {
  switch (change.gameAction) {
    case 'joinGame':
      return document;
    case 'addNames':
      return { ...document, names: [...(document.names ?? []), ...change.names] };
    case 'updateGame': {
      const { currentUpdateTime, lastUpdateTime: _, ...items } = change.updatedItems;
      return { ...document, ...items, ...(currentUpdateTime !== undefined && { lastUpdateTime: currentUpdateTime }) };
    }
  }
};
