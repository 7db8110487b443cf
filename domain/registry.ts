import type { Kind } from './kind.ts';
import { chat } from './kinds/chat.ts';
import { counter } from './kinds/counter.ts';
import { files } from './kinds/files.ts';
import { game } from './kinds/game.ts';
import { parseRoom, roomName } from './room.ts';
import { initialState } from './settled.ts';

/** The kinds of rooms that there are. A new kind is one more line here. */
export const kinds: readonly Kind[] = [counter, chat, files, game];

/** Looks kinds up, by the name of a room or of an action. */
export interface Registry {
  /** The kind that rules a room; `undefined` for a name that no kind claims. */
  kindOf(room: string): Kind | undefined;
  /** The room that a client means by a name it wrote, and its kind; `undefined` if there can be no such room. */
  find(name: unknown): { readonly kind: Kind; readonly room: string } | undefined;
  /** The kind that an action belongs to. */
  kindOfAction(action: string): Kind | undefined;
  /** The names of all actions, in the order of the kinds. */
  readonly actions: readonly string[];
}

const requireVersion = ({ name, version = 1 }: Kind): void => {
  if (Number.isSafeInteger(version) && version >= 1) return;
  throw new Error(`The version of ${name} is ${version}: give it a whole number from 1 on, one more at each change.`);
};

/**
 * Throws when two kinds share a name or an action, or an action is `reserved`: clients could not say which one they mean. And
 * when an initial state is no JSON value, or a version no whole number.
 */
export const createRegistry = (all: readonly Kind[], reserved: readonly string[] = []): Registry => {
  const byName = new Map<string, Kind>();
  const byAction = new Map<string, Kind>();
  for (const kind of all) {
    if (byName.has(kind.name)) throw new Error(`Two kinds are called "${kind.name}": rename one of them.`);
    byName.set(kind.name, kind);
    initialState(kind);
    requireVersion(kind);
    for (const action of Object.keys(kind.actions)) {
      if (reserved.includes(action))
        throw new Error(`"${action}" of ${kind.name} is an action of all rooms: rename it.`);
      const other = byAction.get(action);
      if (other) throw new Error(`"${action}" is an action of ${other.name} and of ${kind.name}: rename one of them.`);
      byAction.set(action, kind);
    }
  }
  return {
    kindOf: (room) => byName.get(parseRoom(room)?.kind ?? ''),
    find: (name) => {
      const asked = typeof name === 'string' ? parseRoom(name) : undefined;
      const kind = asked && byName.get(asked.kind);
      const id = kind?.idOf ? kind.idOf(asked?.id ?? '') : asked?.id;
      return kind && id !== undefined ? { kind, room: roomName(kind.name, id) } : undefined;
    },
    kindOfAction: (action) => byAction.get(action),
    actions: [...byAction.keys()],
  };
};

/** What clients may send whatever the kind, by the function that answers. */
export const requests = {
  membership: ['join', 'leave', 'sync'],
  self: ['whoAmI', 'ping'],
  message: ['sendMessage'],
  upload: ['upload'],
} as const;

export const registry = createRegistry(kinds, Object.values(requests).flat());
