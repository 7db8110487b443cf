import { openSocket, type ReconnectingSocket } from 'foldcast-client/socket';
import { whyRefused } from '../domain/event.ts';
import { clientMessage, parseServerMessage, type StateMessage } from '../domain/protocol.ts';
import { socketAddress, told } from './address.ts';
import { buttons, showLink, showNoConnection, showNote, showValue } from './view.ts';

type Action = 'plus' | 'minus';

const keys: Readonly<Record<string, Action>> = { '+': 'plus', ArrowUp: 'plus', '-': 'minus', ArrowDown: 'minus' };

const room = 'counter/global-counter';

/** How long to wait (ms) before the room is asked for once more, when the answer was that something is wrong. */
const askAgainAfter = 2_000;

/** An id for an action. Not `randomUUID`, which browsers have only on pages that came over TLS or from this machine. */
const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-');

/** Makes the page at `url` a member of the counter's room: states to the number, clicks and keys to actions. */
const run = (url: string): ReconnectingSocket => {
  let value: number | undefined;
  /** The state that is shown. Without it the next one is taken, whatever its version: it is what the server says is true. */
  let known: Pick<StateMessage, 'epoch' | 'version'> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const ask = (action: 'join' | 'sync'): void => {
    known = undefined;
    socket.send(clientMessage({ action, room }));
  };

  const take = ({ epoch, version, state }: StateMessage): void => {
    if (typeof state !== 'number') return;
    // Late, or the room has another history now: the answer says which. Before the first event there is none to tell apart.
    if (known && known.version > 0 && known.epoch !== epoch) {
      ask('sync');
      return;
    }
    if (known && version < known.version) return;
    known = { epoch, version };
    showValue(state, value);
    value = state;
  };

  const socket = openSocket(
    url,
    {
      link: (link) => {
        clearTimeout(again);
        showLink(link);
        // The first is told before there is a socket to send with.
        if (link.state === 'live') ask('join');
      },
      message: (text) => {
        const message = parseServerMessage(text);
        if (message?.type === 'state' && message.room === room) take(message);
        if (message?.type === 'refused') showNote(`The click does not count. ${whyRefused(message.reason)}`);
        if (message?.type === 'notice') showNote(message.message);
        if (message?.type !== 'error') return;
        showNote(message.message);
        clearTimeout(again);
        if (!known) again = setTimeout(() => ask('join'), askAgainAfter);
      },
    },
    'foldcast.v1',
  );

  const act = (action: Action): void => {
    socket.send(clientMessage({ action, id: newId() }));
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

const address = socketAddress(told(document, import.meta.env.VITE_FOLDCAST_URL), location.href);
if (address.ok) {
  const socket = run(address.url);
  addEventListener('online', () => socket.retryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') socket.retryNow();
  });
} else {
  showNoConnection(address.message);
}
