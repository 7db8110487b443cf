import { openSocket, type ReconnectingSocket } from 'foldcast-client';
import { socketAddress } from './address.ts';
import { readPlain } from './plain.ts';
import { buttons, showLink, showNoConnection, showNote, showValue } from './view.ts';

type Action = 'plus' | 'minus';

const keys: Readonly<Record<string, Action>> = { '+': 'plus', ArrowUp: 'plus', '-': 'minus', ArrowDown: 'minus' };

/** Connects the page to the socket at `url`: messages to the number, clicks and keys to actions. */
const run = (url: string): ReconnectingSocket => {
  let value: number | undefined;
  /** The version that is shown. Forgotten at a reconnect: a runtime that was started anew has another log, which begins at 1. */
  let version = 0;

  const socket = openSocket(url, {
    link: (link) => {
      if (link.state === 'connecting') version = 0;
      showLink(link);
    },
    message: (text) => {
      const message = readPlain(text);
      if (message?.type === 'error') showNote(message.message);
      if (message?.type !== 'state') return;
      if (message.version !== undefined && message.version < version) return;
      version = message.version ?? version;
      showValue(message.value, value);
      value = message.value;
    },
  });

  const act = (action: Action): void => {
    socket.send(JSON.stringify({ action }));
  };
  buttons.plus.addEventListener('click', () => act('plus'));
  buttons.minus.addEventListener('click', () => act('minus'));
  addEventListener('keydown', (event) => {
    const action = keys[event.key];
    // Keys with a modifier are the browser's (Ctrl and + zooms). Repeats of a held key are left out: they would send dozens of events a second.
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) act(action);
  });
  return socket;
};

const address = socketAddress(import.meta.env.VITE_FOLDCAST_URL, location.href);
if (address.ok) {
  const socket = run(address.url);
  addEventListener('online', () => socket.retryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') socket.retryNow();
  });
} else {
  showNoConnection(address.message);
}
