import * as z from 'zod/mini';
import { plainJson } from '../../plain-json.ts';

/** Clients write ids in any case; capitals are what everyone sees. */
export const gameId = z.pipe(
  z.string().check(z.regex(/^[A-Za-z]{4}$/, 'A game id is four letters.')),
  z.transform((id: string) => id.toUpperCase()),
);

/** How deeply a document's values may be nested, the document itself being the first level. */
const maxDepth = 16;

/** By a client's clock, in milliseconds since 1970. */
const time = z.optional(z.number());

/** Parts of a document. `pk` and `sk` are what plain clients are sent, not what they say. */
const items = z.pipe(
  plainJson(maxDepth),
  z.pipe(
    z.looseObject({ names: z.optional(z.array(z.unknown())), lastUpdateTime: time, currentUpdateTime: time }),
    z.transform(({ pk: _, sk: __, ...rest }) => rest),
  ),
);

/** The one action of games, by what it is to do. */
export const updateGame = z.discriminatedUnion('gameAction', [
  z.object({ gameAction: z.literal('createGame'), gameId, game: items }),
  z.object({ gameAction: z.literal('joinGame'), gameId }),
  z.object({ gameAction: z.literal('addNames'), gameId, names: z.array(z.string()) }),
  z.object({
    gameAction: z.literal('updateGame'),
    gameId,
    updatedItems: items,
    /** Of the state that the client has seen. */
    version: z.exactOptional(z.int().check(z.gte(0))),
  }),
]);
