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

export const createList = ({ scroller, rowHeight, render }: VirtualListOptions): VirtualList => {
  const rows = document.createElement('div');
  rows.className = 'rows';
  rows.role = 'presentation';
  scroller.append(rows);
  let count = 0;
  let shown: readonly [from: number, to: number] = [0, 0];

  const paint = (anew: boolean): void => {
    const from = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - ahead);
    const to = Math.min(count, Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight) + ahead);
    if (!anew && from === shown[0] && to === shown[1]) return;
    shown = [from, to];
    rows.style.height = `${count * rowHeight}px`;
    rows.style.paddingTop = `${from * rowHeight}px`;
    rows.replaceChildren(...Array.from({ length: Math.max(0, to - from) }, (_, index) => render(from + index)));
  };
  scroller.addEventListener('scroll', () => paint(false), { passive: true });
  new ResizeObserver(() => paint(false)).observe(scroller);

  return {
    show: (next) => {
      count = next;
      paint(true);
    },
    reveal: (index) => {
      const top = index * rowHeight;
      const bottom = top + rowHeight;
      const { scrollTop, clientHeight } = scroller;
      if (top < scrollTop) scroller.scrollTop = Math.max(0, top - Math.floor(clientHeight / 4));
      else if (bottom > scrollTop + clientHeight) scroller.scrollTop = bottom - Math.ceil(clientHeight / 2);
    },
  };
};
