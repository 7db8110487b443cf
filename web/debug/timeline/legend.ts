import { made } from '../elements.ts';
import { count, counted } from '../words.ts';
import { actorColour } from './colours.ts';
import type { Columns } from './columns.ts';

/** Who sent the events of a room: as many of the busiest as there is place for, and how many others. */
export interface Legend {
  show(columns: Columns): void;
}

/** Actors that are named at most: more colours than these nobody tells apart. */
const most = 6;

/** `list`: one line, beyond which nothing is seen. */
export const createLegend = (list: HTMLElement): Legend => {
  let named: readonly { readonly item: HTMLElement; readonly isSender: boolean }[] = [];
  let senders = 0;

  const fill = (): void => {
    for (let shown = named.length; shown >= 0; shown -= 1) {
      const seen = named.slice(0, shown);
      const others = senders - seen.filter(({ isSender }) => isSender).length;
      const rest =
        others > 0 ? [made('li', 'note', shown > 0 ? `and ${count(others)} more` : counted(others, 'sender'))] : [];
      list.replaceChildren(...seen.map(({ item }) => item), ...rest);
      if (list.scrollWidth <= list.clientWidth) return;
    }
  };
  new ResizeObserver(fill).observe(list);

  return {
    show: (columns) => {
      // The first two names are for nobody in particular.
      senders = Math.max(0, columns.names.length - 2);
      named = columns.busiest(most).map(({ actor, count: events }) => {
        const item = made('li', '');
        const swatch = made('span', 'swatch');
        swatch.style.background = actorColour(actor);
        item.append(swatch, made('span', 'actor', columns.names[actor]), made('span', 'note', count(events)));
        item.title = `${columns.names[actor]}: ${counted(events, 'event')}`;
        return { item, isSender: actor > 1 };
      });
      fill();
    },
  };
};
