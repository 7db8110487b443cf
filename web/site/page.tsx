import './site.css';
import { type ComponentChildren, render } from 'preact';
import { foldcast, nameOf, noConnection, note, now, ownName } from './connection.ts';

const pages = [
  ['counter', 'Counter'],
  ['chat', 'Chat'],
  ['game', 'Game'],
  ['files', 'Files'],
  ['terminal', 'Terminal'],
  ['debug', 'Debugger'],
] as const;

type PageName = (typeof pages)[number][0];

/** A room's place in the debugger. */
const debuggerOf = (room: string | undefined): string =>
  room === undefined ? './debug' : `./debug#${room.split('/').map(encodeURIComponent).join('/')}`;

const Header = ({ here, room }: { readonly here?: PageName | undefined; readonly room?: string | undefined }) => (
  <header>
    <a class="brand" href="./" aria-current={here === undefined ? 'page' : undefined}>
      foldcast
    </a>
    <nav aria-label="Pages">
      {pages.map(([name, title]) => (
        <a
          key={name}
          href={name === 'debug' ? debuggerOf(room) : `./${name}`}
          aria-current={name === here ? 'page' : undefined}
        >
          {title}
        </a>
      ))}
    </nav>
  </header>
);

/** Of a connection that comes back: the words, which are announced, and the seconds, which are not. */
const told = (): readonly [words: string, seconds: string] => {
  const { status } = foldcast;
  if (noConnection !== undefined) return ['not connected', ''];
  if (status.is !== 'connecting' || status.until === undefined) return [status.is, ''];
  return ['reconnecting', ` in ${Math.max(1, Math.ceil((status.until - now.value) / 1000))} s`];
};

/** For so long (ms) the network is cut, to be seen coming back. */
const cutFor = 10_000;

/** What a room tells of itself in the strip. */
export interface Shown {
  readonly version: number;
  readonly status: { readonly is: string };
}

/** Who one is, how the connection is doing, and a way to see it recover. */
const Strip = ({ room }: { readonly room?: Shown | undefined }) => {
  const [words, seconds] = told();
  const link = noConnection === undefined ? foldcast.status.is : 'none';
  return (
    <aside class="strip" aria-label="The connection">
      <p class="light" id="light" data-link={link}>
        <span class="dot" aria-hidden="true" />
        <span>
          <span role="status">{words}</span>
          <span aria-hidden="true">{seconds}</span>
        </span>
      </p>
      <dl>
        <div>
          <dt>you</dt>
          <dd>{nameOf(foldcast.user || ownName.value)}</dd>
        </div>
        {room && (
          <div>
            <dt>version</dt>
            <dd data-version>{room.version}</dd>
          </div>
        )}
        <div>
          <dt>round trip</dt>
          <dd>{foldcast.roundTrip === undefined ? '–' : `${Math.round(foldcast.roundTrip)} ms`}</dd>
        </div>
      </dl>
      <button type="button" class="quiet" onClick={() => foldcast.cut(cutFor)} disabled={foldcast.status.is !== 'live'}>
        Cut the network for ten seconds
      </button>
    </aside>
  );
};

export interface PageProps {
  readonly here?: PageName;
  /** The room that is shown, by its name, and as it stands. */
  readonly room?: string;
  readonly shown?: Shown;
  readonly children: ComponentChildren;
}

/** What every page has: where the others are, what it is about, how the connection does. */
export const Page = ({ here, room, shown, children }: PageProps) => (
  <>
    <Header here={here} room={room} />
    <main>
      {children}
      <p class="note" id="note" role="alert">
        {noConnection ?? note.value}
      </p>
    </main>
    <Strip room={shown} />
  </>
);

/** Puts a page into its document. */
export const start = (view: () => ComponentChildren): void => {
  const View = view;
  render(<View />, document.body);
};
