import { button, element } from './elements.ts';
import { createHistoryView } from './history-view.ts';
import { readLink, writeLink } from './link.ts';
import { type Live, openLive } from './live.ts';
import { listenForFiles } from './opening.ts';
import { createReader } from './reader/reader.ts';
import { createRooms } from './rooms.ts';
import { findRuntime, type LocalRuntime } from './runtime.ts';
import { openSession, type Session } from './session.ts';
import { count } from './words.ts';

/** How often it is looked whether the room has grown, in milliseconds: also where the page is no member of it. */
const lookEvery = 1000;
/** The rooms are listed again after this pause (ms), or after this many times what it took: a list can be long. */
const listEvery = { atLeast: 4000, timesItTook: 20 };

const noRuntime =
  'No foldcast runtime answers here: start one with npm start and open its /debug, or open an exported file.';

const reader = createReader(new Worker(new URL('./reader/worker.ts', import.meta.url), { type: 'module' }));
const fault = element('fault');
const [empty, history] = [element('empty'), element('history')];

let runtime: LocalRuntime | undefined;
let live: Live | undefined;
let file: File | undefined;
let session: Session | undefined;
/** Counts what was asked to be opened: an answer that comes after a newer wish is dropped. */
let wish = 0;
/** Whether the last time that it was asked nobody answered. */
let isLost = false;

const sentence = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
const showFault = (cause: unknown): void => {
  fault.textContent = sentence(cause);
  fault.hidden = false;
};
const clearFault = (): void => {
  fault.hidden = true;
  fault.textContent = '';
};
const showEmpty = (title: string, text: string): void => {
  element('empty-title').textContent = title;
  element('empty-text').textContent = text;
  empty.hidden = false;
  history.hidden = true;
};

let linking: ReturnType<typeof setTimeout> | undefined;
const view = createHistoryView({
  session: () => session,
  whyNotDelivered: ({ opened }) => {
    if (file) return 'An export does not say when events were delivered.';
    return opened.joiningIsAnEvent
      ? 'When it was delivered is not known: joining this room would append an event, so this page only looks on.'
      : 'When it was delivered is not known: it was before this page was open.';
  },
  onCursor: ({ room, version }) => {
    clearFault();
    clearTimeout(linking);
    // A link leads to a room of the runtime: it can't bring a file with it.
    if (file) return;
    // Browsers take only so many changes of the address in a row.
    linking = setTimeout(() => window.history.replaceState(null, '', writeLink({ room, version })), 200);
  },
  onGrown: ({ room, last, columns }) => rooms.grow(room, last, columns.timeOf(columns.length - 1)),
  onFault: showFault,
});
const rooms = createRooms((room) => void openRoom(room));

const closeRoom = (): void => {
  session?.close();
  session = undefined;
  clearTimeout(linking);
  live?.join(undefined);
};

const openRoom = async (room: string, version?: number): Promise<void> => {
  wish += 1;
  const mine = wish;
  closeRoom();
  clearFault();
  rooms.choose(room);
  try {
    const opened = await reader.room(room);
    if (mine !== wish) return;
    const { first, last } = opened;
    const isThere = version === undefined || (version >= first && version <= last);
    session = openSession({ reader, room, opened, view, version: isThere && version !== undefined ? version : last });
    document.title = `${room} · foldcast debugger`;
    empty.hidden = true;
    history.hidden = false;
    view.open(session);
    if (!isThere)
      showFault(
        `${room} has the versions ${count(first)} to ${count(last)}: there is no ${count(version)}. This is the last.`,
      );
    if (!file && !opened.joiningIsAnEvent) live?.join(room);
  } catch (cause) {
    if (mine !== wish) return;
    rooms.choose(undefined);
    document.title = 'foldcast debugger';
    showEmpty('That room is not here', sentence(cause));
  }
};

const followLink = (): void => {
  const link = readLink(location.hash);
  if (!link) return;
  if (session?.room === link.room && link.version !== undefined) session.go(link.version);
  else void openRoom(link.room, link.version);
};

/** Lists the rooms; resolves to how many there are. */
const listRooms = async (): Promise<number> => {
  const from = file;
  const found = await reader.rooms();
  if (from !== file) return found.length;
  rooms.show(found);
  if (found.length === 0)
    rooms.note(file ? 'There are no rooms in this file.' : 'There are no rooms yet: open the first page and click.');
  return found.length;
};

const keepListing = async (): Promise<void> => {
  const began = performance.now();
  // What stands in the way of it is told by whoever looks at the room.
  if (!file && runtime && !document.hidden) await listRooms().catch(() => {});
  const pause = Math.max(listEvery.atLeast, (performance.now() - began) * listEvery.timesItTook);
  setTimeout(() => void keepListing(), pause);
};

const useRuntime = async (): Promise<void> => {
  file = undefined;
  closeRoom();
  runtime ??= await findRuntime(location.origin);
  button('leave-file').hidden = true;
  element('light').hidden = !runtime;
  element('source').textContent = runtime ? `the local runtime at ${location.host}` : 'no runtime';
  if (!runtime) {
    showEmpty('Nothing to look at yet', noRuntime);
    return;
  }
  await reader.source({ from: 'tables', endpoint: location.origin, tables: runtime.tables });
  live ??= openLive(runtime.socket, {
    link: (state) => {
      element('light').dataset.link = state;
      element('light-words').textContent = state === 'waiting' ? 'reconnecting' : state;
    },
    delivered: (room, from, to, at) => {
      if (session?.room !== room) return;
      session.deliveries.add(from, to, at);
      session.again();
    },
    version: (room, version) => {
      if (session?.room === room) session.heard(version);
    },
  });
  showEmpty('Choose a room', 'Its events appear here, and its state at any of them.');
  followLink();
  await listRooms().catch(showFault);
};

const useFile = async (opened: File): Promise<void> => {
  wish += 1;
  const mine = wish;
  try {
    await reader.source({ from: 'file', file: opened });
  } catch (cause) {
    showFault(cause);
    return;
  }
  if (mine !== wish) return;
  closeRoom();
  clearFault();
  file = opened;
  window.history.replaceState(null, '', location.pathname);
  element('source').textContent = opened.name;
  element('light').hidden = true;
  button('leave-file').hidden = !runtime;
  showEmpty('Choose a room', `The rooms in ${opened.name} are on the left.`);
  const found = await reader.rooms();
  await listRooms();
  const only = found.length === 1 ? found[0] : undefined;
  if (only) await openRoom(only.room);
};

listenForFiles((opened) => void useFile(opened));
button('leave-file').addEventListener('click', () => {
  window.history.replaceState(null, '', location.pathname);
  clearFault();
  void useRuntime().catch(showFault);
});
addEventListener('hashchange', followLink);
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  rooms.focus();
});
/** Looks whether the room has grown, which also shows that there is still somebody to ask. */
const look = async (): Promise<void> => {
  const looked = session;
  if (!looked || file || document.hidden) return;
  const { last, room } = looked;
  try {
    const version = await reader.version(room);
    if (looked !== session) return;
    // A runtime that keeps no data was started anew: it is another log.
    if (version < last) await openRoom(room);
    else looked.heard(version);
    if (isLost) clearFault();
    isLost = false;
  } catch (cause) {
    if (looked !== session) return;
    isLost = true;
    showFault(cause);
  }
};
const keepLooking = async (): Promise<void> => {
  await look();
  setTimeout(() => void keepLooking(), lookEvery);
};

await useRuntime().catch(showFault);
void keepListing();
void keepLooking();
