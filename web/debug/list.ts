/** A list of which only the rows that can be seen are in the page, however long it is. */
export interface VirtualList {
  /** Shows so many rows, drawn anew. */
  show(count: number): void;
  /** Scrolls so far that a row can be seen. */
  reveal(index: number): void;
}

export interface VirtualListOptions {
  /** What scrolls. */
  readonly scroller: HTMLElement;
  /** All rows are this high, in pixels. */
  readonly rowHeight: number;
  readonly render: (index: number) => HTMLElement;
}

/** Rows that are drawn above and below the visible ones, so that scrolling shows no gaps. */
const ahead = 8;

/** Pixels. Firefox draws nothing beyond 17.8 million; of what is longer the scroll bar goes faster than the rows. */
const tallest = 8_000_000;

export const createList = ({ scroller, rowHeight, render }: VirtualListOptions): VirtualList => {
  const rows = document.createElement('div');
  rows.className = 'rows';
  rows.role = 'presentation';
  scroller.append(rows);
  let count = 0;
  let shown: readonly [from: number, to: number, top: number] = [0, 0, 0];

  const height = (): number => Math.min(tallest, count * rowHeight);
  /** Rows that fit into what is seen, and how many pixels can be scrolled. */
  const seen = (): number => scroller.clientHeight / rowHeight;
  const room = (): number => Math.max(1, height() - scroller.clientHeight);
  const isScaled = (): boolean => count * rowHeight > tallest;
  /** The first row that is seen, and the part of it that is not. */
  const first = (): number =>
    isScaled() ? (scroller.scrollTop / room()) * (count - seen()) : scroller.scrollTop / rowHeight;

  const paint = (anew: boolean): void => {
    const from = Math.max(0, Math.floor(first()) - ahead);
    const to = Math.min(count, Math.ceil(first() + seen()) + ahead);
    const top = isScaled() ? Math.max(0, scroller.scrollTop - (first() - from) * rowHeight) : from * rowHeight;
    if (!anew && from === shown[0] && to === shown[1] && top === shown[2]) return;
    const isMoved = !anew && from === shown[0] && to === shown[1];
    shown = [from, to, top];
    rows.style.height = `${height()}px`;
    rows.style.paddingTop = `${top}px`;
    if (!isMoved)
      rows.replaceChildren(...Array.from({ length: Math.max(0, to - from) }, (_, index) => render(from + index)));
  };
  scroller.addEventListener('scroll', () => paint(false), { passive: true });
  new ResizeObserver(() => paint(false)).observe(scroller);

  const scrollTo = (row: number): void => {
    scroller.scrollTop = isScaled() ? (row / (count - seen())) * room() : row * rowHeight;
  };

  return {
    show: (next) => {
      count = next;
      paint(true);
    },
    reveal: (index) => {
      if (index < first()) scrollTo(Math.max(0, index - Math.floor(seen() / 4)));
      else if (index + 1 > first() + seen()) scrollTo(Math.max(0, index + 1 - Math.floor(seen() / 2)));
    },
  };
};
