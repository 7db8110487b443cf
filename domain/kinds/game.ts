import * as z from 'zod/mini';
import type { Event, Logged } from '../event.ts';
import { defineKind, type EventOf, type Member } from '../kind.ts';
import { type Crowd, foldPresence, isPresence, presence, presenceRefusal } from '../presence.ts';
import { gameId, updateGame } from './game/actions.ts';
import { changed, type GameAction, type GameDocument, isStale, isTooLarge } from './game/document.ts';
import { timeAhead } from './game/times.ts';

/** One may be in the room before there is a game. */
type GameState = Crowd &
  (
    | { readonly document: null }
    | {
        readonly id: string;
        readonly document: GameDocument;
        /** The `seq` of the last event that changed the document; absent in states from before it was kept. */
        readonly documentVersion?: number;
      }
  );

type GameEvent = EventOf<{ updateGame: typeof updateGame }> | EventOf<typeof presence>;

const itemsOf = (action: GameAction) =>
  action.gameAction === 'createGame' ? action.game : action.gameAction === 'updateGame' ? action.updatedItems : {};

const tooLarge = (document: GameDocument) => (isTooLarge(document) ? 'document-too-large' : undefined);

const refusal = (state: GameState, event: Event<'updateGame', GameAction>) => {
  const action = event.data;
  if (action.gameAction === 'createGame') return state.document ? 'game-exists' : tooLarge(action.game);
  if (!state.document) return 'no-such-game';
  return isStale(state, action, event) ? 'stale' : tooLarge(changed(state.document, action));
};

const fold = (state: GameState, { seq, data: action }: Event<'updateGame', GameAction>): GameState => {
  if (action.gameAction === 'createGame')
    return { ...state, id: action.gameId, document: action.game, documentVersion: seq };
  if (!state.document || action.gameAction === 'joinGame') return state;
  return { ...state, document: changed(state.document, action), documentVersion: seq };
};

/** Whether an event is news to a plain member: others' changes are, and so is the document to all when somebody knew an old one. */
const isNews = (event: Logged<GameEvent>, { connection }: Member): boolean => {
  if (event.refused !== undefined) return event.refused === 'stale';
  if (isPresence(event)) return false;
  const { gameAction } = event.data;
  return (gameAction === 'addNames' || gameAction === 'updateGame') && event.connection !== connection;
};

/** States as plain members are sent them, for as long as they are held: a document of 64 KB is written once, however many hear it. */
const written = new WeakMap<GameState, readonly string[]>();

const writtenOf = (state: GameState): readonly string[] => {
  if (!state.document) return [];
  const payloads = written.get(state) ?? [JSON.stringify({ ...state.document, pk: 'gameInstance', sk: state.id })];
  written.set(state, payloads);
  return payloads;
};

/** Rules of the synchronised game: players share a document, and nobody overwrites what they haven't seen. */
export const game = defineKind({
  name: 'game',
  actions: { updateGame },
  internal: presence,
  roomOf: (action) => (action.type === 'updateGame' ? action.data.gameId : undefined),
  idOf: (asked) => z.safeParse(gameId, asked).data,
  objection: (action, at) => (action.type === 'updateGame' ? timeAhead(itemsOf(action.data), at) : undefined),
  initial: { document: null, present: [] } as GameState,
  refusal: (state, event) => (isPresence(event) ? presenceRefusal(state, event) : refusal(state, event)),
  fold: (state, event) => (isPresence(event) ? foldPresence(state, event) : fold(state, event)),
  creates: ({ data }) => 'gameAction' in data && data.gameAction === 'createGame',
  joins: (event) => !isPresence(event) && ['createGame', 'joinGame'].includes(event.data.gameAction),
  cast: 'state',
  plain: ({ state, events }, member) => {
    const heard = events.length === 0 || events.some((event) => isNews(event, member));
    return heard ? writtenOf(state) : [];
  },
  answered: ['stale'],
});
