import type { Path } from '../../domain/path.ts';
import { copies, json } from './copy.ts';
import { button, element, isTyping } from './elements.ts';
import { createEventPane } from './event.ts';
import { createEventList } from './events/events.ts';
import { pathOf } from './link.ts';
import { pageOf } from './page-of.ts';
import { createAsk } from './questions/ask.ts';
import { createSeenBy } from './questions/seen.ts';
import { createSelection } from './questions/selection.ts';
import type { Moment } from './reader/messages.ts';
import type { Reader } from './reader/reader.ts';
import type { Session, SessionView } from './session.ts';
import { createTree } from './state/tree.ts';
import { createLegend } from './timeline/legend.ts';
import { createTimeline, type Reach } from './timeline/timeline.ts';
import type { Axis } from './timeline/view.ts';
import { createVersions } from './versions.ts';
import { count, counted, span } from './words.ts';

/** All that is shown of the room that is looked at. */
export interface HistoryView extends SessionView {
  /** Another room, whose first moment is on its way. `selected`: the value of its state that a link leads to. */
  open(session: Session, selected?: readonly string[]): void;
  /** The value that is selected. */
  readonly selected: Path | undefined;
}

export interface HistoryViewOptions {
  readonly reader: Reader;
  readonly session: () => Session | undefined;
  /** Why it is not known when an event was delivered. */
  readonly whyNotDelivered: (session: Session) => string;
  /** Another version is looked at, or another value of it. */
  readonly onCursor: (session: Session) => void;
  /** The whole log was read, up to its newest event. */
  readonly onGrown: (session: Session) => void;
  readonly onFault: (cause: unknown) => void;
}

const reachOf = ({ opened, columns, last }: Session): Reach => {
  const read = columns.length > 0 ? columns.timeOf(columns.length - 1) : 0;
  return { first: opened.first, last, firstAt: opened.firstAt, lastAt: Math.max(opened.lastAt, read) };
};

const nearer = 1 / 1.6;

export const createHistoryView = ({
  reader,
  session,
  whyNotDelivered,
  onCursor,
  onGrown,
  onFault,
}: HistoryViewOptions): HistoryView => {
  const tree = createTree(element('state'), (path) => selection.choose(path));
  const selection = createSelection(reader, session, (path) => {
    tree.select(path);
    const current = session();
    if (current) onCursor(current);
  });
  const ask = createAsk(reader, session);
  const events = createEventList(reader, (version) => session()?.go(version));
  const seenBy = createSeenBy(
    reader,
    session,
    () => session()?.again(),
    ({ shown: value, changes, ahead }) => {
      changed.textContent = ahead.length === 0 ? '' : `${counted(changes.length, 'change')} ahead`;
      showState({ value }, changes);
    },
  );
  let shown: { readonly value: unknown } | undefined;
  let linked: readonly string[] | undefined;
  let last: Moment | undefined;
  const showState = (state: typeof shown, changes: Moment['changes'] = []): void => {
    shown = state;
    if (state) tree.show(state.value, changes, 'state');
    else tree.clear();
    selection.show(state);
    if (state && linked) selection.choose(pathOf(linked, state.value));
    linked = undefined;
  };
  copies('copy-state', () => shown && json(shown.value));
  copies('copy-event', () => last?.event && json(last.event));
  copies('copy-link', () => location.href);
  const eventPane = createEventPane();
  const versions = createVersions(session);
  const timeline = createTimeline({
    canvas: element('canvas', HTMLCanvasElement),
    tip: element('tip'),
    onPick: (version) => session()?.go(version),
  });
  const legend = createLegend(element('actors'));
  const [changed, problem, stack, progress] = [
    ...['changed', 'problem', 'stack', 'progress'].map((id) => element(id)),
  ] as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  let namedAt = 0;
  /** Whether the shown event was not read into the columns yet, so that its sender has no colour. */
  let isColourless = false;

  const setAxis = (axis: Axis): void => {
    button('by-time').ariaPressed = String(axis === 'time');
    button('by-order').ariaPressed = String(axis === 'order');
    timeline.axis(axis);
  };
  button('by-time').addEventListener('click', () => setAxis('time'));
  button('by-order').addEventListener('click', () => setAxis('order'));
  const zooms = { 'zoom-in': nearer, 'zoom-out': 1 / nearer, 'zoom-fit': 'fit' } as const;
  for (const [id, factor] of Object.entries(zooms)) button(id).addEventListener('click', () => timeline.zoom(factor));
  addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
    const zoom = { '+': nearer, '=': nearer, '-': 1 / nearer, '0': 'fit' as const }[key];
    if (zoom !== undefined && !isTyping(target) && !ctrlKey && !metaKey && !altKey) timeline.zoom(zoom);
  });

  const extent = (current: Session): void => {
    const { firstAt, lastAt, last, first } = reachOf(current);
    const gone = first > 1 ? `, the first ${count(first - 1)} are gone` : '';
    element('extent').textContent = `${counted(last, 'event')} over ${span(lastAt - firstAt)}${gone}`;
    const read = current.columns.length / (last - first + 1);
    progress.style.scale = `${Math.min(1, read)} 1`;
    progress.dataset.done = String(read >= 1);
  };

  const view: HistoryView = {
    get selected() {
      return selection.path;
    },
    open: (current, selected) => {
      element('room').textContent = current.room;
      const page = pageOf(current.room);
      const link = element('page') as HTMLAnchorElement;
      link.hidden = page === undefined;
      link.href = page ?? '';
      tree.forget();
      selection.choose(undefined);
      linked = selected;
      seenBy.clear();
      ask.forget();
      events.open(current);
      timeline.show(current.columns, reachOf(current));
      namedAt = 0;
      view.grown(current);
      view.cursor(current);
    },
    cursor: (current) => {
      timeline.cursor(current.version);
      versions.show(current);
      events.show(current);
      onCursor(current);
    },
    grown: (current) => {
      timeline.grow(reachOf(current));
      versions.show(current);
      extent(current);
      events.show(current);
      const isDone = current.columns.length >= current.last - current.opened.first + 1;
      if (!isDone && performance.now() - namedAt < 500) return;
      namedAt = performance.now();
      legend.show(current.columns);
      events.name(current);
      seenBy.name(current);
      if (!isDone) return;
      onGrown(current);
      if (isColourless) current.again();
    },
    moment: (current, moment) => {
      last = moment;
      const row = moment.version - current.columns.first;
      const actor = row < current.columns.length ? current.columns.actorOf(row) : undefined;
      isColourless = actor === undefined;
      eventPane.show(moment, current.deliveries.of(moment.version), whyNotDelivered(current), actor);
      const { state, changes, event } = moment;
      problem.hidden = moment.problem === undefined;
      problem.textContent = moment.problem ?? '';
      stack.hidden = moment.stack === undefined;
      stack.textContent = moment.stack ?? '';
      changed.textContent =
        changes === undefined
          ? ''
          : changes.length > 0
            ? counted(changes.length, 'change')
            : event?.refused === undefined
              ? 'nothing changed'
              : 'nothing changed: it was refused';
      if (seenBy.member === '') showState(state, changes);
      else seenBy.look(current);
    },
    fault: onFault,
  };
  return view;
};
