import type { Status } from 'foldcast-client';
import { ReplayError } from '../../replay/errors.ts';
import type { RoomSummary } from '../../replay/history/history.ts';
import { button, element, isTyping, made } from './elements.ts';
import { forEver } from './for-ever.ts';
import { createHistoryView } from './history-view.ts';
import { type Link, readLink, writeLink } from './link.ts';
import { type Live, openLive } from './live.ts';
import { clearFault, note, sentence, showEmpty, showFault, showHistory } from './notices.ts';
import { isGzip, listenForFiles, save } from './opening.ts';
import { pageOf } from './page-of.ts';
import { createAsking } from './questions/asking.ts';
import type { Tables } from './reader/messages.ts';
import { createReader } from './reader/reader.ts';
import { createRooms } from './rooms.ts';
import { findRuntime, type LocalRuntime } from './runtime.ts';
import { openSession, type Session } from './session.ts';
import { clock, count, counted } from './words.ts';

/** How often the page asks whether the room has grown, in ms. Needed for rooms that it does not join, and does no harm in others. */
const lookEvery = 1000;
/** The rooms are listed again after this pause (ms), or after this many times as long as listing took, for a list can be long. */
const listEvery = { atLeast: 4000, timesItTook: 20 };

const noRuntime =
  'No foldcast runtime answers here: start one with npm start and open its /debug, or open an exported file.';

const reader = createReader(() => new Worker(new URL('./reader/worker.ts', import.meta.url), { type: 'module' }));

let runtime: LocalRuntime | undefined;
let live: Live | undefined;
let file: File | undefined;
let session: Session | undefined;
/** The address's hash before a file was opened, to go back to. */
let left = '';
/** Count the requests to open something: an answer is dropped if a newer request was made since. */
const newest = { source: 0, room: 0 };
/** Since when requests get no answer, in milliseconds since 1970; `undefined` where they do. */
let lostSince: number | undefined;
let status: Status | undefined;
/** What the page knows of its runtime: never that it is live while it does not answer. */
const showLight = (): void => {
  const isWaiting = status?.is === 'connecting' && status.until !== undefined;
  const words = isWaiting ? 'reconnecting' : (status?.is ?? 'connecting');
  element('light').dataset.link = lostSince === undefined ? (status?.is ?? 'connecting') : 'none';
  element('light-words').textContent =
    lostSince === undefined ? words : `no answer since ${clock(lostSince).slice(0, 8)}`;
};
/** Whether requests are answered. */
const heard = (answers: boolean): void => {
  lostSince = answers ? undefined : (lostSince ?? Date.now());
  showLight();
};

let linking: ReturnType<typeof setTimeout> | undefined;
/** Makes the address lead to a room of the runtime. A file's room is left out: a link can't bring the file along. */
const address = (link: Link): void => {
  clearTimeout(linking);
  if (!file) window.history.replaceState(null, '', writeLink(link));
};
const view = createHistoryView({
  reader,
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
    // Browsers refuse to change the address too often in a short time.
    linking = setTimeout(() => {
      const selected = view.selected?.map(String);
      address({ room, version, ...(selected && { selected }) });
    }, 200);
  },
  onGrown: ({ room, last, columns }) => rooms.grow(room, last, columns.timeOf(columns.length - 1)),
  onFault: showFault,
});
const rooms = createRooms((room) => void openRoom({ room }));

const choose = (room: string | undefined): void => {
  rooms.choose(room);
  document.title = room === undefined ? 'foldcast debugger' : `${room} · foldcast debugger`;
};

/** Looks at no room any more. */
const leaveRoom = (): void => {
  newest.room += 1;
  session?.close();
  session = undefined;
  clearTimeout(linking);
  live?.join(undefined);
  choose(undefined);
};

const openRoom = async (link: Link): Promise<void> => {
  const { room, version, selected } = link;
  newest.room += 1;
  const mine = newest.room;
  choose(room);
  try {
    const opened = await reader.room(room);
    if (mine !== newest.room) return;
    const { first, last } = opened;
    const isThere = version === undefined || (version >= first && version <= last);
    // The room that is shown stays until the new one was opened.
    session?.close();
    session = openSession({ reader, room, opened, view, version: isThere && version !== undefined ? version : last });
    showHistory();
    view.open(session, selected);
    if (!isThere)
      showFault(
        `${room} has the versions ${count(first)} to ${count(last)}: there is no ${count(version)}. This is the last.`,
      );
    live?.join(file || opened.joiningIsAnEvent ? undefined : room);
  } catch (cause) {
    if (mine === newest.room) notOpened(cause, link);
  }
};

const notOpened = (cause: unknown, link: Link): void => {
  const isAbsent = cause instanceof ReplayError && cause.fault === 'unknown-room';
  if (session && !isAbsent) {
    choose(session.room);
    address(session);
    if (!file) heard(false);
    showFault(cause);
    return;
  }
  leaveRoom();
  clearFault();
  address(link);
  const place = file?.name ?? 'the local runtime';
  if (isAbsent)
    showEmpty('That room is not here', `There is no room “${link.room}” in ${place}: choose one from the list.`);
  else showEmpty('That room could not be opened', sentence(cause));
};

/** Whether the address leads to a room. */
const followLink = (): boolean => {
  const link = readLink(location.hash);
  if (!link) return false;
  if (session?.room === link.room && link.version !== undefined) session.go(link.version);
  else void openRoom(link);
  return true;
};

const listRooms = async (): Promise<readonly RoomSummary[]> => {
  const from = file;
  const found = await reader.rooms();
  if (from !== file) return found;
  rooms.show(found);
  if (found.length === 0 && !file) rooms.note('There are no rooms yet: open the first page and click.');
  return found;
};

const showSource = (): void => {
  element('source').textContent = file?.name ?? (runtime ? `the local runtime at ${location.host}` : 'no runtime');
  element('light').hidden = !runtime || file !== undefined;
  button('leave-file').hidden = !runtime || !file;
  button('fork').hidden = !runtime;
};

const tablesOf = ({ tables }: LocalRuntime): Tables => ({ from: 'tables', endpoint: location.origin, tables });

const openRuntime = async (): Promise<void> => {
  file = undefined;
  note(undefined);
  leaveRoom();
  runtime ??= await findRuntime(location.origin);
  showSource();
  // A file was opened while the runtime was searched for.
  if (file) return;
  if (!runtime) {
    showEmpty('Nothing to look at yet', noRuntime);
    return;
  }
  newest.source += 1;
  await reader.source(tablesOf(runtime));
  live ??= openLive(runtime.socket, {
    link: (is) => {
      status = is;
      showLight();
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
  if (!followLink()) showEmpty('Choose a room', 'Its events appear here, and its state at any of them.');
  await listRooms().catch(showFault);
};

const useFile = async (opened: File): Promise<void> => {
  newest.source += 1;
  const mine = newest.source;
  let cutOff: string | undefined;
  try {
    if (await isGzip(opened)) return showFault(`${opened.name} is compressed: gunzip it first.`);
    ({ cutOff } = await reader.source({ from: 'file', file: opened }));
  } catch (cause) {
    showFault(cause);
    return;
  }
  if (mine !== newest.source) return;
  const before = session;
  // Whoever looked at the newest version is shown the newest version again, which may be a later one.
  if (!file) left = before ? writeLink(before.version === before.last ? { room: before.room } : before) : '';
  leaveRoom();
  clearFault();
  file = opened;
  window.history.replaceState(null, '', location.pathname);
  showSource();
  const found = await listRooms();
  if (file !== opened) return;
  const next = found.length === 1 ? found[0] : found.find(({ room }) => room === before?.room);
  if (next) await openRoom({ room: next.room });
  else if (found.length > 0) showEmpty('Choose a room', `${opened.name} has ${counted(found.length, 'room')}.`);
  else showEmpty('No rooms', `There are none in ${opened.name}.`);
  note(cutOff);
};

/** What is done with the room that is looked at, by a button. */
const onPress = (id: string, work: (looked: Session, signal: AbortSignal) => Promise<unknown>): void => {
  const asking = createAsking((busy) => {
    button(id).ariaBusy = String(busy);
  });
  button(id).addEventListener('click', async () => {
    const looked = session;
    clearFault();
    if (looked) await asking.ask((signal) => work(looked, signal)).catch(showFault);
  });
};
onPress('export', async ({ room }, signal) =>
  save(await reader.ask(signal, 'exported', room), `${room.replaceAll('/', '-')}.ndjson`),
);
onPress('fork', async ({ room, version }, signal) => {
  if (!runtime) return;
  const forked = await reader.ask(signal, 'fork', room, version, tablesOf(runtime));
  const links = [made('a', '', 'Look at it') as HTMLAnchorElement];
  const page = pageOf(forked.room);
  if (page !== undefined) links.push(made('a', '', 'Play on') as HTMLAnchorElement);
  for (const [place, href] of [writeLink({ room: forked.room }), page ?? ''].entries())
    links[place]?.setAttribute('href', href);
  if (file) links.shift();
  note(`${forked.room} goes on from version ${count(version)} of ${room}, by the rules in your folder.`, ...links);
});

listenForFiles((opened) => void useFile(opened));
button('leave-file').addEventListener('click', () => {
  window.history.replaceState(null, '', left || location.pathname);
  clearFault();
  void openRuntime().catch(showFault);
});
addEventListener('hashchange', followLink);
addEventListener('keydown', (event) => {
  if (event.key !== '/' || isTyping(event.target)) return;
  event.preventDefault();
  rooms.focus();
});
/** Asks whether the room has grown, which also shows whether the runtime still answers. */
const look = async (): Promise<void> => {
  const looked = session;
  if (!looked || file || document.hidden) return;
  const { last, room, opened } = looked;
  const wished = newest.room;
  try {
    const { version, epoch } = await reader.version(room);
    // Another room may be opening meanwhile.
    if (looked !== session || wished !== newest.room) return;
    if (lostSince !== undefined) clearFault();
    heard(true);
    // A runtime that keeps no data was started anew, or a stack was restored: this is another log.
    if (version < last || epoch !== opened.epoch) await openRoom({ room });
    else looked.heard(version);
  } catch (cause) {
    if (looked !== session) return;
    heard(false);
    showFault(cause);
  }
};

await openRuntime().catch(showFault);
void forEver(
  // A failure is shown where the room is opened, not here.
  async () => !file && runtime && !document.hidden && (await listRooms().catch(() => undefined)),
  (took) => Math.max(listEvery.atLeast, took * listEvery.timesItTook),
);
void forEver(look, () => lookEvery);
