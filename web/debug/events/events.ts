import type { LoggedEvent } from '../../../domain/event.ts';
import { button, element, isTyping, made } from '../elements.ts';
import { latest } from '../latest.ts';
import { createList } from '../list.ts';
import type { Reader } from '../reader/reader.ts';
import { missingName, otherName } from '../reader/scan.ts';
import type { Session } from '../session.ts';
import { brief } from '../state/rows.ts';
import { actorColour } from '../timeline/colours.ts';
import { clock, count } from '../words.ts';
import { createFilter, type Filtered, type Wanted } from './filter.ts';

/** The list of all events of a room, and what it is filtered by. */
export interface EventList {
  /** Another room is looked at. */
  open(session: Session): void;
  /** Another event is looked at, or there are more. */
  show(session: Session): void;
  /** Offers the senders and types that there are by now. */
  name(session: Session): void;
}

/** Of a row, in pixels; events.css has the same. */
const rowHeight = 24;
/** Senders that can be chosen: the busiest. Of others the search finds the events. */
const mostSenders = 100;
/** Events whose data is kept to be shown. */
const mostKept = 2_000;
/** How long typing has to rest before it is searched for, in ms. */
const rest = 200;

const options = (
  select: HTMLSelectElement,
  all: string,
  names: readonly (readonly [place: number, name: string])[],
) => {
  // As it is while somebody chooses.
  if (select.options.length === names.length + 1) return;
  const { value } = select;
  select.replaceChildren(new Option(all, ''), ...names.map(([place, name]) => new Option(name, String(place))));
  select.value = value;
};

export const createEventList = (reader: Reader, go: (version: number) => void): EventList => {
  const scroller = element('events');
  const search = element('search', HTMLInputElement);
  const [type, sender, verdict] = ['filter-type', 'filter-by', 'filter-verdict'].map((id) =>
    element(id, HTMLSelectElement),
  ) as [HTMLSelectElement, HTMLSelectElement, HTMLSelectElement];
  const note = element('events-note');

  let current: Session | undefined;
  let filtered: Filtered | undefined;
  /** Rows that say what is searched for; undefined where nothing is. */
  let found: number[] | undefined;
  let searching: AbortController | undefined;
  let searchedTo = 0;
  /** The version that was scrolled to last. */
  let revealed = 0;
  const kept = new Map<number, LoggedEvent>();
  const lacking = new Set<number>();

  const wanted = (): Wanted => ({
    ...(type.value !== '' && { type: Number(type.value) }),
    ...(sender.value !== '' && { actor: Number(sender.value) }),
    ...(verdict.value !== '' && { refused: verdict.value === 'refused' }),
    ...(found && { found }),
  });

  const render = (place: number): HTMLElement => {
    const { columns, version } = current as Session;
    const row = filtered?.rowAt(place) ?? 0;
    const seq = columns.first + row;
    const event = kept.get(seq);
    const isMissing = columns.actorOf(row) === missingName;
    const line = made('div', 'event-row');
    line.id = `event-${seq}`;
    line.role = 'option';
    line.dataset.seq = String(seq);
    line.ariaSelected = String(seq === version);
    line.toggleAttribute('data-refused', columns.isRefused(row));
    const swatch = made('span', 'swatch');
    swatch.style.background = actorColour(columns.actorOf(row));
    const who = made('span', 'who', event?.by ?? columns.names[columns.actorOf(row)] ?? '');
    who.prepend(swatch);
    const what = columns.typeNames[columns.typeOf(row)] ?? '';
    const says = event?.omitted ? 'not kept' : event ? brief(event.data) : '';
    line.append(
      made('span', 'seq', `#${count(seq)}`),
      made('span', 'time', clock(columns.timeOf(row)).slice(0, 'hh:mm:ss'.length)),
      who,
      made('span', 'what', isMissing ? '' : what),
      made('span', 'says', says === '{}' ? '' : says),
      ...(event?.refused === undefined ? [] : [made('span', 'refused-for', event.refused)]),
    );
    if (!event && !isMissing) lacking.add(seq);
    return line;
  };
  const list = createList({ scroller, rowHeight, render });

  /** Reads what is seen and was not read yet. While one scrolls, only where it comes to rest. */
  const read = latest<void>(async () => {
    const session = current;
    const seqs = [...lacking].slice(-200);
    lacking.clear();
    if (!session || seqs.length === 0) return;
    const events = await reader.events(session.room, seqs).catch(() => []);
    if (session !== current) return;
    for (const event of events) kept.set(event.seq, event);
    for (const seq of kept.keys()) if (kept.size > mostKept) kept.delete(seq);
    if (events.length > 0) list.show(filtered?.length ?? 0);
  });
  const draw = (): void => {
    const length = filtered?.length ?? 0;
    list.show(length);
    read(undefined);
    const all = current?.columns.length ?? 0;
    const isOpen = searching !== undefined;
    note.textContent = length === all && !isOpen ? '' : `${count(length)} of ${count(all)}${isOpen ? ' …' : ''}`;
  };
  scroller.addEventListener('scroll', () => read(undefined), { passive: true });

  const refilter = (): void => {
    if (!current) return;
    filtered = createFilter(current.columns, wanted());
    draw();
    reveal();
  };
  const reveal = (): void => {
    if (!current || !filtered) return;
    const place = filtered.placeOf(current.version - current.columns.first);
    if (place < 0) return;
    revealed = current.version;
    list.reveal(place);
    scroller.setAttribute('aria-activedescendant', `event-${current.version}`);
  };

  const find = async (session: Session, text: string, from: number): Promise<void> => {
    const mine = new AbortController();
    searching = mine;
    try {
      await reader.search(
        [session.room, text, from],
        (seqs) => {
          found?.push(...seqs.map((seq) => seq - session.columns.first));
          filtered?.grow(wanted());
          draw();
        },
        mine.signal,
      );
    } catch {
      // The log that can't be read is told of where it is shown.
    }
    if (searching === mine) searching = undefined;
    if (session === current && !mine.signal.aborted) draw();
  };
  const searchAnew = (): void => {
    searching?.abort();
    searching = undefined;
    const text = search.value.trim();
    found = text === '' || !current ? undefined : [];
    refilter();
    if (!current || !found) return;
    searchedTo = current.last;
    void find(current, text, current.opened.first);
  };
  let typing: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(searchAnew, rest);
  });
  for (const select of [type, sender, verdict]) select.addEventListener('change', refilter);
  button('filter-clear').addEventListener('click', () => {
    for (const field of [search, type, sender, verdict]) field.value = '';
    searchAnew();
  });

  addEventListener('keydown', (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== 'f' || !isPlain || isTyping(event.target) || !current) return;
    event.preventDefault();
    search.focus();
  });
  scroller.addEventListener('click', ({ target }) => {
    const seq = target instanceof Element ? target.closest<HTMLElement>('.event-row')?.dataset.seq : undefined;
    if (seq !== undefined) go(Number(seq));
  });
  scroller.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || !current || !filtered) return;
    event.preventDefault();
    const { version, columns } = current;
    const place = filtered.placeOf(version - columns.first);
    const isListed = place >= 0 && filtered.rowAt(place) === version - columns.first;
    const next = Math.max(0, Math.min(filtered.length - 1, place + (by === -1 && !isListed ? 0 : by)));
    if (filtered.length > 0) go(filtered.rowAt(next) + columns.first);
  });

  return {
    open: (session) => {
      current = session;
      revealed = 0;
      kept.clear();
      type.replaceChildren();
      sender.replaceChildren();
      search.value = '';
      verdict.value = '';
      searchAnew();
    },
    show: (session) => {
      if (session !== current) return;
      const { last, version } = session;
      if (found && !searching && last > searchedTo) {
        const from = searchedTo + 1;
        searchedTo = last;
        void find(session, search.value.trim(), from);
      }
      filtered?.grow(wanted());
      draw();
      // Who has scrolled away stays there until another event is looked at.
      if (version !== revealed) reveal();
    },
    name: ({ columns }) => {
      const types = columns.typeNames.map((name, place) => [place, name] as const);
      options(
        type,
        'all types',
        types.filter(([place]) => place > otherName),
      );
      options(
        sender,
        'everybody',
        columns.busiest(mostSenders).map(({ actor }) => [actor, columns.names[actor] ?? ''] as const),
      );
    },
  };
};
