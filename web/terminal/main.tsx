import './terminal.css';
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { say, socketUrl } from '../site/connection.ts';
import { Page, start } from '../site/page.tsx';

type Wire = 'plain' | 'foldcast.v1';

interface Line {
  readonly id: number;
  readonly direction: 'in' | 'out' | 'said';
  readonly text: string;
}

const wire = signal<Wire>('foldcast.v1');
const lines = signal<readonly Line[]>([]);
const text = signal('{"action":"plus"}');
const connected = signal(false);
let socket: WebSocket | undefined;
let count = 0;

/** So many lines are kept. */
const most = 500;

const note = (direction: Line['direction'], said: string): void => {
  count += 1;
  lines.value = [...lines.value, { id: count, direction, text: said }].slice(-most);
};

const open = (): void => {
  socket?.close();
  if (socketUrl === undefined) return;
  const own = new WebSocket(socketUrl, wire.value === 'plain' ? [] : [wire.value]);
  socket = own;
  own.onopen = () => {
    connected.value = true;
    note('said', `Connected, on ${wire.value === 'plain' ? 'the plain wire' : wire.value}.`);
  };
  own.onmessage = ({ data }) => note('in', String(data));
  own.onclose = () => {
    if (socket !== own) return;
    connected.value = false;
    note('said', 'The connection is closed.');
  };
};

const send = (message: string): void => {
  if (socket?.readyState === WebSocket.CONNECTING) {
    socket.addEventListener('open', () => send(message), { once: true });
    return;
  }
  if (socket?.readyState !== WebSocket.OPEN) {
    say('There is no connection: open one.');
    return;
  }
  socket.send(message);
  note('out', message);
};

const examples = [
  ['{"action":"ping"}', 'a sign of life'],
  ['{"action":"whoAmI"}', 'the connection’s id'],
  ['{"action":"join","room":"counter/global-counter"}', 'become a member, and be told the state'],
  ['{"action":"plus","id":"a1"}', 'click, and be told that it counts'],
  ['{"action":"join","room":"chat/lobby"}', 'hear what is said'],
  ['{"action":"onMessage","room":"chat/lobby","message":"Hello","id":"a2"}', 'say something'],
  ['{"action":"updateGame","gameAction":"joinGame","gameId":"NONE","id":"a3"}', 'be refused'],
  ['{"action":"nonsense"}', 'be told what there is'],
] as const;

const Frames = () => {
  const list = useRef<HTMLOListElement>(null);
  const last = lines.value.at(-1)?.id;
  useLayoutEffect(() => {
    if (last !== undefined) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [last]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reachable with keys.
    <ol class="frames" ref={list} tabIndex={0} aria-label="Frames" aria-live="polite">
      {lines.value.map(({ id, direction, text: said }) => (
        <li key={id} data-direction={direction}>
          {said}
        </li>
      ))}
    </ol>
  );
};

const Terminal = () => (
  <Page here="terminal">
    <section class="terminal">
      <h1>Terminal</h1>
      <fieldset class="wires">
        <legend class="sr-only">Wire</legend>
        {(['foldcast.v1', 'plain'] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="wire"
              checked={wire.value === each}
              onChange={() => {
                wire.value = each;
                open();
              }}
            />{' '}
            {each}
          </label>
        ))}
        <button type="button" class="quiet" onClick={open}>
          {connected.value ? 'Connect anew' : 'Connect'}
        </button>
      </fieldset>
      <Frames />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(text.value);
        }}
      >
        <label>
          <span class="sr-only">A message</span>
          <input
            name="frame"
            autocomplete="off"
            spellcheck={false}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit">Send</button>
      </form>
      <ul class="examples" aria-label="Examples">
        {examples.map(([example, what]) => (
          <li key={example}>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                text.value = example;
                send(example);
              }}
            >
              <code>{example}</code>
              <span>{what}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  </Page>
);

open();
start(() => <Terminal />);
