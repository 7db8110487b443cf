import './home.css';
import { foldcast } from './connection.ts';
import { Page, start } from './page.tsx';

const counter = foldcast.join('counter/global-counter');

const cards = [
  ['counter', 'Counter', 'One number for everybody. Click in two windows.'],
  ['chat', 'Chat', 'Names, who is here, what was said; typing goes on without a network.'],
  ['game', 'Famous Fishbowl', 'Names into the bowl, two teams, three rounds: several people on one document.'],
  ['files', 'Files', 'Drop a file: everybody hears of it.'],
  ['terminal', 'Terminal', 'What goes over the wire, frame by frame.'],
  ['debug', 'Debugger', 'Every room, every event, and the state at each.'],
] as const;

const Home = () => (
  <Page shown={counter}>
    <section class="intro">
      <h1>Live, shared state, without servers</h1>
      <p>
        Every action is an event in a log; state is a fold of that log; everybody in the room sees the result in well
        under a second. Any moment of the past can be replayed.
      </p>
      <ol class="way" aria-label="The way of an action">
        <li>client</li>
        <li>append</li>
        <li>fold</li>
        <li>send</li>
        <li>everyone</li>
      </ol>
      <p class="now">
        Right now the shared number is <strong>{counter.state ?? '?'}</strong>{' '}
        <button type="button" class="quiet" onClick={() => void counter.do.plus().catch(() => {})}>
          Add one
        </button>
      </p>
    </section>
    <ul class="cards">
      {cards.map(([name, title, text]) => (
        <li key={name}>
          <a href={`./${name}`}>
            <strong>{title}</strong>
            <span>{text}</span>
          </a>
        </li>
      ))}
    </ul>
  </Page>
);

start(() => <Home />);
