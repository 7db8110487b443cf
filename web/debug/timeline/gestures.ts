/** What a person does to a timeline. Places are in pixels from its left edge. */
export interface Gestures {
  /** `factor` below 1 is nearer. */
  zoom(factor: number, at: number): void;
  /** Positive: on towards later. */
  pan(pixels: number): void;
  pick(at: number): void;
  point(at: number | undefined): void;
}

/** A wheel's notch is about 100 pixels: a fifth nearer or farther. */
const zoomPerPixel = 0.0022;
/** A pointer that moved no further than this, in pixels, was a click. */
const clickSlack = 4;
/** The wheel's distance may be given in lines or pages instead of pixels. */
const pixelsPer = [1, 16, 400];

const middle = (pointers: ReadonlyMap<number, number>): number =>
  [...pointers.values()].reduce((sum, x) => sum + x, 0) / Math.max(1, pointers.size);

const spread = (pointers: ReadonlyMap<number, number>): number => {
  const [a = 0, b = 0] = pointers.values();
  return Math.max(8, Math.abs(a - b));
};

/** Listens to wheel, mouse, pen and fingers: the wheel zooms, dragging pans, two fingers do both, a click picks. */
export const listenTo = (element: HTMLElement, gestures: Gestures): void => {
  const pointers = new Map<number, number>();
  let moved = 0;
  const at = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;

  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = pixelsPer[event.deltaMode] ?? 1;
      const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) gestures.pan(sideways * unit);
      // A pinch on a touchpad comes as a wheel with Ctrl, in steps that are ten times as small.
      else gestures.zoom(Math.exp(event.deltaY * unit * zoomPerPixel * (event.ctrlKey ? 6 : 1)), at(event));
    },
    { passive: false },
  );

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) moved = 0;
  });
  element.addEventListener('pointermove', (event) => {
    if (!pointers.has(event.pointerId)) {
      if (event.pointerType === 'mouse') gestures.point(at(event));
      return;
    }
    const [from, wide] = [middle(pointers), spread(pointers)];
    pointers.set(event.pointerId, at(event));
    const by = middle(pointers) - from;
    moved += Math.abs(by);
    if (pointers.size === 2) {
      moved = Number.POSITIVE_INFINITY;
      gestures.zoom(wide / spread(pointers), middle(pointers));
    }
    if (moved > clickSlack) gestures.pan(-by);
  });
  const end = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === 'pointerup' && pointers.size === 0 && moved <= clickSlack) gestures.pick(at(event));
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  element.addEventListener('pointerleave', () => gestures.point(undefined));
};
