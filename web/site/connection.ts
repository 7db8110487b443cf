import { effect, signal } from '@preact/signals';
import { connect, type Foldcast, Refused } from 'foldcast-client/signals';
import { whyRefused } from '../../domain/event.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { files } from '../../domain/kinds/files.ts';
import { game } from '../../domain/kinds/game.ts';
import { socketAddress, told } from '../address.ts';

/** What pages know the rules of: their rooms are typed, and show what one does before the server has said so. */
export const kinds = [counter, chat, game, files] as const;

const address = socketAddress(told(document, import.meta.env.VITE_FOLDCAST_URL), location.href);

/** Where the socket is, for who opens one of his own. */
export const socketUrl = address.ok ? address.url : undefined;
/** Why there can't be a connection. */
export const noConnection = address.ok ? undefined : address.message;

const stored = (key: string): string | undefined => {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    // A browser that keeps nothing for this page.
    return undefined;
  }
};

const store = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // For this visit it is known all the same.
  }
};

const guest = (): string => `guest-${crypto.getRandomValues(new Uint16Array(1))[0]?.toString(36)}`;

/** What one calls oneself, where nobody signs in. */
export const ownName = signal(stored('foldcast.name') ?? guest());
effect(() => store('foldcast.name', ownName.value));

/** A token, where the stack asks for one: `#token=…` in the page's address, as \`npm run token\` prints it. Kept for this tab. */
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;

/** The page's one connection. */
export const foldcast: Foldcast<(typeof kinds)[number]> = connect(socketUrl ?? 'ws://localhost', {
  kinds,
  ...(token === undefined ? { user: ownName.value } : { token: () => token }),
});
if (socketUrl === undefined) foldcast.close();

/** The time (ms), as clocks on pages need it. */
export const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 250);

/** What went wrong or was said, in words, for a while. */
export const note = signal('');
/** Long enough to read two lines (ms). */
const noteStays = 8_000;
let fade: ReturnType<typeof setTimeout> | undefined;

export const say = (text: string): void => {
  clearTimeout(fade);
  note.value = text;
  fade = setTimeout(() => {
    note.value = '';
  }, noteStays);
};

foldcast.hear(({ from, message }) => say(from === undefined ? message : `${nameOf(from)} says: ${message}`));

/** Says why something did not count. For the `catch` of an action. */
export const complain =
  (what: string) =>
  (cause: unknown): void => {
    if (!(cause instanceof Refused)) say(`${what} ${cause instanceof Error ? cause.message : String(cause)}`);
    else say(`${what} ${cause.message.startsWith(cause.action) ? whyRefused(cause.reason) : cause.message}`);
  };

/** A name as people write it: without the sign that nobody has verified it. */
export const nameOf = (user: string): string => user.replace(/^~/, '');
