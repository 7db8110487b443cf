import './counter.css';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { complain, foldcast } from '../site/connection.ts';
import { Page, start } from '../site/page.tsx';

type Action = 'plus' | 'minus';

const keys: Readonly<Record<string, Action>> = { '+': 'plus', ArrowUp: 'plus', '-': 'minus', ArrowDown: 'minus' };

const name = 'counter/global-counter';
const room = foldcast.join(name);

const act = (action: Action): void => void room.do[action]().catch(complain('The click does not count.'));

/** Keys that are not the browser's own: with a modifier they are. A held key would send dozens of events a second. */
const onKey = (event: KeyboardEvent): void => {
  const action = keys[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (!event.repeat) act(action);
};

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** The number; a change rises or sinks into place by its direction. */
const Value = ({
  value,
  unsure,
  waiting,
}: {
  readonly value: number | undefined;
  readonly unsure: boolean;
  readonly waiting: number;
}) => {
  const output = useRef<HTMLOutputElement>(null);
  const before = useRef(value);
  const text = value === undefined ? '?' : String(value).replace('-', '−');
  useLayoutEffect(() => {
    const previous = before.current;
    before.current = value;
    output.current?.style.setProperty('--digits', String(text.length));
    document.title = `${text} · the shared counter`;
    if (calm.matches || value === undefined || value === previous) return;
    const from = previous !== undefined && value < previous ? '-0.16em' : '0.16em';
    for (const running of output.current?.getAnimations() ?? []) running.cancel();
    output.current?.animate(
      [
        { transform: `translateY(${from})`, opacity: 0.35 },
        { transform: 'none', opacity: 1 },
      ],
      { duration: 220, easing: 'cubic-bezier(0.2, 0.9, 0.25, 1.2)' },
    );
  }, [value, text]);
  return (
    <output
      ref={output}
      aria-live="polite"
      aria-label="The number"
      data-unsure={unsure || undefined}
      data-pending={waiting || undefined}
    >
      {text}
    </output>
  );
};

const Counter = () => {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const waiting = room.pending.length;
  return (
    <Page here="counter" room={name} shown={room}>
      <h1 class="sr-only">The shared counter</h1>
      <div class="counter">
        <button type="button" id="minus" class="round" aria-label="Take one" onClick={() => act('minus')}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 12h14" />
          </svg>
        </button>
        <Value value={room.state} unsure={room.status.is !== 'live'} waiting={waiting} />
        <button type="button" id="plus" class="round primary" aria-label="Add one" onClick={() => act('plus')}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 5v14M5 12h14" />
          </svg>
        </button>
      </div>
      <p class="quiet-text" id="reason">
        {room.status.is === 'live' || waiting === 0
          ? ''
          : `${waiting} ${waiting === 1 ? 'click waits' : 'clicks wait'} for the connection: none is lost, and none counts twice.`}
      </p>
      <p class="quiet-text">
        Every click is an event. <a href={`./debug#${name}`}>See how it came to be</a>.
      </p>
      <p class="quiet-text keys">
        <kbd>+</kbd> <kbd>↑</kbd> add one <kbd>−</kbd> <kbd>↓</kbd> take one
      </p>
    </Page>
  );
};

start(() => <Counter />);
