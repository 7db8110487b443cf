import * as z from 'zod';
import { ownNamePattern, ownNameRule } from './own-name.ts';
import type { Registry } from './registry.ts';

/** Who acts, and where. */
export interface User {
  /** The subject of a verified token; `~ann` where somebody calls itself ann; else the connection's own id. */
  readonly name: string;
  /** The rooms that it may join and act in, as patterns. */
  readonly rooms: readonly string[];
  /** When its token ends, in milliseconds since 1970; absent where nobody signs in. From then on it may do nothing. */
  readonly expiresAt?: number;
}

/** What a name that nobody verified begins with. No verified one does, so that neither can pass for the other. */
export const unverified = '~';

/** Who a token may be of: no more than a name to a terminal or a page, and none that passes for an unverified one. */
export const verifiedName = z
  .string()
  .regex(
    /^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]{0,126}[^\p{C}\p{Z}])?$/u,
    'A user is a name of 1 to 128 visible characters, with spaces inside at most.',
  )
  .refine((name) => !name.startsWith(unverified), `The name of a user does not begin with ${unverified}.`);

/** What a client may call itself where nobody signs in. */
export const ownName = z.string().regex(ownNamePattern, ownNameRule);

/** A pattern is the name of a room, or ends with `*`, which stands for all that may follow: `game/ABCD`, `chat/*`, `*`. */
const covers = (pattern: string, room: string): boolean =>
  pattern.endsWith('*') ? room.startsWith(pattern.slice(0, -1)) : room === pattern;

/** Whether a user may join a room and act in it: its token has to say so, and the room's kind must not speak against it. */
export const mayEnter = ({ name, rooms }: User, room: string, registry: Pick<Registry, 'kindOf'>): boolean => {
  const kind = registry.kindOf(room);
  if (!kind || !rooms.some((pattern) => covers(pattern, room))) return false;
  return kind.admits?.(name, room) ?? true;
};
