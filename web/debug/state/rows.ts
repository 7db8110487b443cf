import type { Path } from '../../../domain/path.ts';
import type { Change } from '../../../replay/diff.ts';

/** A line of a state that is shown as a tree. */
export interface Row {
  /** Tells this place in the state from all others, whatever the version. */
  readonly key: string;
  /** Absent for what was removed: it is in the state no more. */
  readonly path?: Path;
  readonly depth: number;
  /** The key or index that leads here; absent at the top. */
  readonly name?: string;
  /** The value as text; of a list or object, a summary of what is in it. */
  readonly text: string;
  readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object';
  /** Set for lists and objects that hold something. */
  readonly open?: boolean;
  /** What the event did to this very value, and what it was before. */
  readonly change?: { readonly what: Change['what']; readonly before?: string };
  /** Whether something within was changed. */
  readonly within: boolean;
  /** Whether it is a part of something that was added. */
  readonly fresh: boolean;
}

/** What the person opened or closed, by the rows' keys. All else is as `rowsOf` thinks best. */
export type Opened = ReadonlyMap<string, boolean>;

/** Values are shown up to this length, in characters: the rest would not fit on a line. */
const longestText = 400;
/** Lists and objects of up to so many values are open from the start, if they are no deeper than this. */
const openedSize = 60;
const openedDepth = 2;

export const keyOf = (path: Path): string => JSON.stringify(path);

const kindOf = (value: unknown): Row['kind'] => {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
};

/** A value on one line. */
export const brief = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
};

const sizeText = (value: object, isOpen: boolean): string => {
  const size = Object.keys(value).length;
  const [left, right, noun] = Array.isArray(value) ? ['[', ']', 'item'] : ['{', '}', 'key'];
  if (size === 0) return left + right;
  return isOpen ? '' : `${left} ${size} ${noun}${size === 1 ? '' : 's'} ${right}`;
};

interface Marks {
  readonly changes: ReadonlyMap<string, Change>;
  /** The values that were removed, by the list or object that held them. */
  readonly removed: ReadonlyMap<string, readonly Change[]>;
  /** The paths of all lists and objects that hold a change. */
  readonly within: ReadonlySet<string>;
}

const marksOf = (changes: readonly Change[]): Marks => {
  const marks = {
    changes: new Map<string, Change>(),
    removed: new Map<string, Change[]>(),
    within: new Set<string>(),
  };
  for (const change of changes) {
    const { path } = change;
    for (let length = 0; length < path.length; length += 1) marks.within.add(keyOf(path.slice(0, length)));
    if (change.what !== 'removed') marks.changes.set(keyOf(path), change);
    else {
      const parent = keyOf(path.slice(0, -1));
      marks.removed.set(parent, [...(marks.removed.get(parent) ?? []), change]);
    }
  }
  return marks;
};

/** The lines of a state. Changes are marked, and what holds one is open. A removed value has a line where it was. */
export const rowsOf = (state: unknown, changes: readonly Change[], opened: Opened): readonly Row[] => {
  const marks = marksOf(changes);
  const rows: Row[] = [];

  const gone = (change: Change, depth: number): void => {
    const before = change.what === 'removed' ? change.before : undefined;
    rows.push({
      key: `-${keyOf(change.path)}${rows.length}`,
      depth,
      name: String(change.path.at(-1)),
      text: brief(before),
      kind: kindOf(before),
      change: { what: 'removed' },
      within: false,
      fresh: false,
    });
  };

  const add = (path: Path, value: unknown, fresh: boolean): void => {
    const key = keyOf(path);
    const depth = path.length;
    const kind = kindOf(value);
    const removed = marks.removed.get(key) ?? [];
    const within = marks.within.has(key);
    const made = marks.changes.get(key);
    const isTree = typeof value === 'object' && value !== null;
    const size = isTree ? Object.keys(value).length + removed.length : 0;
    const isOpen = opened.get(key) ?? (within || (depth <= openedDepth && size <= openedSize));
    rows.push({
      key,
      path,
      depth,
      ...(depth > 0 && { name: String(path.at(-1)) }),
      text: isTree ? sizeText(value, isOpen) : brief(value),
      kind,
      ...(size > 0 && { open: isOpen }),
      ...(made && { change: { what: made.what, ...(made.what === 'changed' && { before: brief(made.before) }) } }),
      within,
      fresh,
    });
    if (!isTree || !isOpen) return;
    const left = new Set(removed);
    const isList = Array.isArray(value);
    for (const [name, child] of Object.entries(value)) {
      // A removed item has its old index: it is shown before the item that has this index now.
      for (const change of left)
        if (isList && Number(change.path.at(-1)) <= Number(name)) {
          gone(change, depth + 1);
          left.delete(change);
        }
      if (child !== undefined) add([...path, isList ? Number(name) : name], child, fresh || made?.what === 'added');
    }
    for (const change of left) gone(change, depth + 1);
  };

  add([], state, false);
  return rows;
};
