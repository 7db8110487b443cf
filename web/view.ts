import type { Link } from 'foldcast-client/socket';

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element with the id "${id}".`);
  return element;
};

const value = byId('value');
const reason = byId('reason');
const note = byId('note');
const light = byId('light');
const words = byId('words');
const countdown = byId('countdown');

/** The buttons, by the action that they send. */
export const buttons = { plus: byId('plus'), minus: byId('minus') };

const calm = matchMedia('(prefers-reduced-motion: reduce)');
/** How long a note stays (ms): long enough to read two lines. */
const noteStays = 8_000;

/** Shows the number; a change rises or sinks into place by its direction. */
export const showValue = (next: number, previous: number | undefined): void => {
  const text = String(next).replace('-', '−');
  value.textContent = text;
  value.style.setProperty('--digits', String(text.length));
  value.removeAttribute('data-unsure');
  document.title = `${text} · the shared counter`;
  if (calm.matches || next === previous) return;
  const from = previous !== undefined && next < previous ? '-0.16em' : '0.16em';
  for (const running of value.getAnimations()) running.cancel();
  value.animate(
    [
      { transform: `translateY(${from})`, opacity: 0.35 },
      { transform: 'none', opacity: 1 },
    ],
    { duration: 220, easing: 'cubic-bezier(0.2, 0.9, 0.25, 1.2)' },
  );
};

/** Marks the number as possibly out of date: others may have changed it since the connection was lost. */
const doubtValue = (): void => value.setAttribute('data-unsure', '');

let tick: ReturnType<typeof setInterval> | undefined;

/** Shows how the connection is doing. Buttons work only while it is live, and say why when they do not. */
export const showLink = (link: Link): void => {
  clearInterval(tick);
  light.dataset.link = link.state;
  // Only the words are announced: a screen reader that counts down every second would be of no help.
  words.textContent = link.state === 'waiting' ? 'reconnecting' : link.state;
  countdown.textContent = '';
  if (link.state === 'waiting') {
    const count = (): void => {
      countdown.textContent = ` in ${Math.max(1, Math.ceil((link.until - Date.now()) / 1_000))} s`;
    };
    count();
    tick = setInterval(count, 250);
    doubtValue();
  }
  const live = link.state === 'live';
  reason.textContent = live
    ? ''
    : 'The buttons work again when the connection is live, so that no click is lost or counted twice.';
  // Not `disabled`, which would take the focus away from whoever is at the keyboard.
  for (const button of Object.values(buttons)) button.setAttribute('aria-disabled', String(!live));
};

let fade: ReturnType<typeof setTimeout> | undefined;

/** Shows what went wrong, for a while. */
export const showNote = (text: string): void => {
  clearTimeout(fade);
  note.textContent = text;
  fade = setTimeout(() => {
    note.textContent = '';
  }, noteStays);
};

/** Shows why there can't be a connection. */
export const showNoConnection = (why: string): void => {
  light.dataset.link = 'none';
  words.textContent = 'not connected';
  reason.textContent = why;
};
