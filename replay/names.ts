import { registry } from '../domain/registry.ts';
import { roomName } from '../domain/room.ts';
import { ReplayError } from './errors.ts';
import { rulesOf } from './rules.ts';

/** An id that each kind takes that has more rooms than one: four letters are a game's. */
const exampleId = 'COPY';

/** Letters that are not taken for others. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Four letters that nobody has taken, most likely. */
const code = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => letters[byte % letters.length]).join('');

/**
 * A name for a copy of a room, such as `chat/lobby-KQZT` or `game/KQZT`, that most likely nobody has taken. Where the kind has one room alone it is that
 * room, which a runtime may not have yet.
 */
export const copyName = (name: string): string => {
  const { name: kind } = rulesOf(registry, name);
  const added = code();
  return registry.find(`${name}-${added}`)?.room ?? registry.find(roomName(kind, added))?.room ?? reachable(name);
};

/** How to give a room another name, where its kind has more rooms than one. */
export const otherName = (name: string): string => {
  const { name: kind } = rulesOf(registry, name);
  const room = registry.find(roomName(kind, exampleId))?.room;
  if (room === undefined) return `The kind ${kind} has one room alone: take a runtime that does not have it yet.`;
  return `Give it another name with --as, such as ${room}.`;
};

/** The room that clients reach by a name: they may write `game/kfnf` for `game/KFNF`. Throws `not-importable` for one that none can reach. */
export const reachable = (name: string): string => {
  const { name: kind } = rulesOf(registry, name);
  const room = registry.find(name)?.room;
  if (room !== undefined) return room;
  throw new ReplayError(
    'not-importable',
    `No client could reach "${name}": there is no ${kind} of that id. ${otherName(name)}`,
  );
};
