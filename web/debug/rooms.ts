import type { RoomSummary } from '../../replay/history/history.ts';
import { element, made } from './elements.ts';
import { createList } from './list.ts';
import { ago, count, counted } from './words.ts';

/** The rooms on the left. */
export interface Rooms {
  show(rooms: readonly RoomSummary[]): void;
  /** One of them has grown, up to a version that was received at a time (milliseconds since 1970). */
  grow(room: string, version: number, at: number): void;
  /** Marks the one that is looked at. */
  choose(room: string | undefined): void;
  note(text: string): void;
  /** Puts the keyboard into the filter. */
  focus(): void;
}

/** Of a row, in pixels; rooms.css has the same. */
const rowHeight = 58;

const detail = ({ version, last, members }: RoomSummary, now: number): string =>
  [
    counted(version, 'event'),
    ...(last ? [ago(last.at, now)] : []),
    ...(members ? [`${count(members)} here`] : []),
  ].join(' · ');

const draw = (summary: RoomSummary, isChosen: boolean, now: number): HTMLElement => {
  const [kind = '', ...id] = summary.room.split('/');
  const row = made('div', 'room');
  row.id = `room-${summary.room}`;
  row.role = 'option';
  row.dataset.room = summary.room;
  row.ariaSelected = String(isChosen);
  row.title = summary.room;
  const name = made('span', 'room-name');
  name.append(made('span', 'kind', `${kind}/`), id.join('/'));
  row.append(name, made('span', 'note', detail(summary, now)));
  return row;
};

export const createRooms = (onChoose: (room: string) => void): Rooms => {
  const scroller = element('rooms');
  const filter = element('filter', HTMLInputElement);
  const note = element('rooms-note');
  let all: readonly RoomSummary[] = [];
  let shown: readonly RoomSummary[] = [];
  let chosen: string | undefined;

  const list = createList({
    scroller,
    rowHeight,
    render: (index) => {
      const summary = shown[index] as RoomSummary;
      return draw(summary, summary.room === chosen, Date.now());
    },
  });
  const update = (): void => {
    const wanted = filter.value.trim().toLowerCase();
    shown = all.filter(({ room }) => room.toLowerCase().includes(wanted));
    list.show(shown.length);
    note.textContent =
      all.length > 0 && shown.length === 0 ? `None of ${counted(all.length, 'room')} has “${wanted}” in its name.` : '';
  };
  /** Chooses the neighbour of the chosen room, or the first. */
  const step = (by: number): void => {
    const now = shown.findIndex(({ room }) => room === chosen);
    const next = shown[now < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, now + by))];
    if (next && next.room !== chosen) onChoose(next.room);
  };

  filter.addEventListener('input', update);
  filter.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && shown[0]) onChoose(shown[0].room);
    if (event.key === 'ArrowDown') scroller.focus();
    if (event.key === 'Escape') filter.blur();
  });
  scroller.addEventListener('click', ({ target }) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('.room') : null;
    if (row?.dataset.room) onChoose(row.dataset.room);
  });
  scroller.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  });

  return {
    show: (rooms) => {
      all = rooms;
      update();
    },
    grow: (room, version, at) => {
      const isNews = all.some((summary) => summary.room === room && summary.version < version);
      if (!isNews) return;
      all = all.map((summary) =>
        summary.room === room ? { ...summary, version, last: { seq: version, at } } : summary,
      );
      update();
    },
    choose: (room) => {
      chosen = room;
      if (room === undefined) scroller.removeAttribute('aria-activedescendant');
      else scroller.setAttribute('aria-activedescendant', `room-${room}`);
      list.show(shown.length);
      const index = shown.findIndex((summary) => summary.room === room);
      if (index >= 0) list.reveal(index);
    },
    note: (text) => {
      note.textContent = text;
    },
    focus: () => filter.focus(),
  };
};
