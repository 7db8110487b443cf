import { element, made } from './elements.ts';
import { wayOf } from './pipeline.ts';
import type { Moment } from './reader/messages.ts';
import { createTree } from './state/tree.ts';
import { actorColour } from './timeline/colours.ts';
import { clock, count, day, span } from './words.ts';

/** The event at the cursor. */
export interface EventPane {
  /** `delivered`: when this page was told of it. `whyNot`: why it is not known. `actor`: its sender's place among the actors. */
  show(moment: Moment, delivered: number | undefined, whyNot: string, actor: number | undefined): void;
}

const words = {
  received: 'by the append function',
  appended: "put on the room's head",
  committed: 'its page was folded',
  delivered: 'this page was told',
} as const;

const fact = (name: string, text: string, title = ''): readonly HTMLElement[] => {
  const value = made('dd', '', text);
  value.title = title;
  return [made('dt', '', name), value];
};

export const createEventPane = (): EventPane => {
  const [seq, type, refusal, way, note, facts, dataPane] = [
    ...['event-seq', 'event-type', 'refusal', 'way', 'way-note', 'facts', 'data'].map((id) => element(id)),
  ] as [HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const data = createTree(dataPane);

  const showWay = ({ event, committed }: Moment, delivered: number | undefined): void => {
    const stops = event ? wayOf({ received: event.at, appended: event.appended, committed, delivered }) : [];
    way.replaceChildren(
      ...stops.map(({ name, at, since }, place) => {
        const before = stops.findLastIndex((other, index) => index < place && other.at !== undefined);
        const stop = made('li', 'stop');
        stop.title = at === undefined ? words[name] : `${clock(at)}, ${words[name]}`;
        // The step begins at the last stop whose time is known.
        stop.style.setProperty('--stops', String(at === undefined || before < 0 ? 1 : place - before));
        stop.dataset.known = String(at !== undefined);
        stop.append(
          made('span', 'since', since === undefined ? '' : `${since < 0 ? '' : '+'}${span(since)}`),
          made('span', 'stop-name', name),
          made('span', 'stop-at', at === undefined ? '—' : clock(at).slice('hh:'.length)),
        );
        return stop;
      }),
    );
  };

  return {
    show: (moment, delivered, whyNot, actor) => {
      const { event } = moment;
      seq.textContent = `#${count(moment.version)}`;
      type.textContent = event?.type ?? 'never arrived';
      refusal.hidden = event?.refused === undefined;
      refusal.textContent = event?.refused === undefined ? '' : `refused: ${event.refused}`;
      showWay(moment, delivered);
      note.textContent = event
        ? delivered === undefined
          ? whyNot
          : ''
        : 'Its page says that it is missing: it was appended, and its record was lost before it was folded.';
      if (!event) {
        facts.replaceChildren();
        data.clear();
        return;
      }
      const by = fact('by', event.by, event.by);
      if (actor !== undefined) {
        const swatch = made('span', 'swatch');
        swatch.style.background = actorColour(actor);
        by[1]?.prepend(swatch);
      }
      facts.replaceChildren(
        ...by,
        ...(event.connection === event.by ? [] : fact('connection', event.connection, event.connection)),
        ...fact('id', event.id, event.id),
        ...fact('day', day(event.at)),
        ...(event.first ? fact('first sent as', `#${count(event.first.seq)}`) : []),
        ...(event.omitted ? fact('data', `${count(event.omitted.bytes)} bytes, not kept since it was refused`) : []),
        ...(event.retry ? fact('sent again', 'yes: for want of an answer') : []),
      );
      if (event.omitted) data.clear();
      else data.show(event.data, [], 'data');
    },
  };
};
