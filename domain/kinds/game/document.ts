import type * as z from 'zod';
import { sizeOf } from '../../size.ts';
import type { updateGame } from './actions.ts';

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

/** Whether a client writes without having seen the last update. Without a time on either side nobody can say so. */
export const isStale = (document: GameDocument, change: Change): boolean =>
  change.gameAction === 'updateGame' &&
  document.lastUpdateTime !== undefined &&
  change.updatedItems.lastUpdateTime !== undefined &&
  document.lastUpdateTime > change.updatedItems.lastUpdateTime;

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
