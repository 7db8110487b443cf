import type { Path } from '../../../domain/path.ts';
import type { Change } from '../../../replay/diff.ts';
import { createList } from '../list.ts';
import { keyOf, type Row, rowsOf } from './rows.ts';

/** A state, shown as a tree that can be opened and closed. */
export interface Tree {
  /** `name`: what to call the whole. */
  show(state: unknown, changes: readonly Change[], name: string): void;
  /** Marks a value, and opens what it is in. */
  select(path: Path | undefined): void;
  /** Forgets what was opened and closed: another room is shown. */
  forget(): void;
  clear(): void;
}

/** Of a line, in pixels; debug.css has the same. */
const rowHeight = 24;

const part = (className: string, text: string, title = ''): HTMLElement => {
  const element = document.createElement('span');
  element.className = className;
  element.textContent = text;
  if (title) element.title = title;
  return element;
};

const marks = { added: '+', removed: '−', changed: '~' } as const;
const spoken = { added: 'added', removed: 'removed', changed: 'changed' } as const;

const draw = (row: Row, whole: string, pressed: () => void): HTMLElement => {
  const line = document.createElement('div');
  line.className = 'line';
  line.role = 'treeitem';
  line.ariaLevel = String(row.depth + 1);
  line.style.setProperty('--depth', String(row.depth));
  if (row.change) line.dataset.change = row.change.what;
  if (row.within) line.dataset.within = '';
  if (row.fresh) line.dataset.fresh = '';
  line.append(part('mark', row.change ? marks[row.change.what] : '', row.change ? spoken[row.change.what] : ''));
  if (row.open === undefined) line.append(part('fold', ''));
  else {
    line.ariaExpanded = String(row.open);
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'fold';
    button.ariaLabel = `${row.open ? 'Close' : 'Open'} ${row.name ?? whole}`;
    // The arrow keys get here: a tree is one stop of the Tab key.
    button.tabIndex = -1;
    line.append(button);
  }
  line.addEventListener('click', pressed);
  if (row.name !== undefined) line.append(part('name', row.name));
  else line.append(part('name', whole));
  if (row.change?.before !== undefined) line.append(part('before', row.change.before), part('arrow', '→'));
  line.append(part(`value ${row.kind}`, row.text, row.text.length > 60 ? row.text : ''));
  return line;
};

/** `onChoose`: told of the value that somebody chooses. */
export const createTree = (scroller: HTMLElement, onChoose?: (path: Path) => void): Tree => {
  const opened = new Map<string, boolean>();
  let shown: { readonly state: unknown; readonly changes: readonly Change[]; readonly name: string } | undefined;
  let rows: readonly Row[] = [];
  /** The line that the arrow keys are on; -1 before they were used. */
  let active = -1;
  let selected: string | undefined;

  const toggle = (row: Row): void => {
    if (row.open === undefined) return;
    opened.set(row.key, !row.open);
    update();
  };
  const list = createList({
    scroller,
    rowHeight,
    render: (index) => {
      const row = rows[index] as Row;
      const line = draw(row, shown?.name ?? '', () => {
        choose(row);
        toggle(row);
      });
      if (row.key === selected) line.ariaSelected = 'true';
      line.id = `${scroller.id}-line-${index}`;
      if (index === active) line.dataset.active = '';
      return line;
    },
  });
  const choose = ({ path }: Row): void => {
    if (path && path.length > 0) onChoose?.(path);
  };
  const update = (): void => {
    rows = shown ? rowsOf(shown.state, shown.changes, opened) : [];
    list.show(rows.length);
  };
  const goTo = (index: number): void => {
    active = Math.max(0, Math.min(rows.length - 1, index));
    list.reveal(active);
    list.show(rows.length);
    scroller.setAttribute('aria-activedescendant', `${scroller.id}-line-${active}`);
  };
  scroller.addEventListener('keydown', (event) => {
    const row = rows[active];
    if (event.key === 'ArrowDown') goTo(active + 1);
    else if (event.key === 'ArrowUp') goTo(active - 1);
    else if ((event.key === 'Enter' || event.key === ' ') && row) {
      choose(row);
      toggle(row);
    } else return;
    event.preventDefault();
  });

  return {
    show: (state, changes, name) => {
      shown = { state, changes, name };
      update();
      const first = rows.findIndex(({ change }) => change);
      if (first >= 0) list.reveal(first);
    },
    select: (path) => {
      selected = path && keyOf(path);
      for (let length = 0; path && length < path.length; length += 1) opened.set(keyOf(path.slice(0, length)), true);
      update();
      const row = rows.findIndex(({ key }) => key === selected);
      if (row >= 0) list.reveal(row);
    },
    forget: () => {
      opened.clear();
      selected = undefined;
      active = -1;
    },
    clear: () => {
      shown = undefined;
      update();
    },
  };
};
