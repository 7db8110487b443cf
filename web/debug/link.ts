import type { Path } from '../../domain/path.ts';

/** A place in the page's address: `#counter/global-counter/42` is a room and a version of it, `#game/KFNF/48?board/3` a value of that state. */
export interface Link {
  readonly room: string;
  readonly version?: number;
  /** The keys and indexes that lead to what is selected, as texts. */
  readonly selected?: readonly string[];
}

/** `undefined` for an address without a room. A room's name has two parts, so a third part is a version. */
export const readLink = (hash: string): Link | undefined => {
  const [place = '', value] = hash.replace(/^#/, '').split('?');
  try {
    const text = decodeURIComponent(place);
    const selected = value === undefined ? {} : { selected: value.split('/').map(decodeURIComponent) };
    const [, room, version] = /^(.+?\/[^/]+)\/(\d+)$/.exec(text) ?? [];
    if (room !== undefined) return { room, version: Number(version), ...selected };
    return text === '' ? undefined : { room: text, ...selected };
  } catch {
    return undefined;
  }
};

const written = (parts: readonly (string | number)[]): string => parts.map(encodeURIComponent).join('/');

export const writeLink = ({ room, version, selected }: Link): string =>
  `#${written(room.split('/'))}${version === undefined ? '' : `/${version}`}${selected ? `?${written(selected)}` : ''}`;

/** The path of what is selected in a state: a number is an index where there is a list. */
export const pathOf = (selected: readonly string[], state: unknown): Path => {
  let value = state;
  return selected.map((key) => {
    const isList = Array.isArray(value);
    value = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
    return isList ? Number(key) : key;
  });
};
