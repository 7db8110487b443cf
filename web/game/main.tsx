import './game.css';
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { complain, foldcast, nameOf, now } from '../site/connection.ts';
import { Page, start } from '../site/page.tsx';
import {
  type Bowl,
  begin,
  type Change,
  found,
  fresh,
  isOver,
  isTurn,
  namesOf,
  roundOf,
  rounds,
  scoresOf,
  teamOf,
  timeOver,
} from './bowl.ts';

/** The game of the page's address: `#KFNF`. */
const gameId = /^#([A-Za-z]{4})$/.exec(location.hash)?.[1]?.toUpperCase();
const name = `game/${gameId ?? 'NONE'}` as const;
const room = gameId === undefined ? undefined : foldcast.join(name);
addEventListener('hashchange', () => location.reload());

const entered = signal('');
const asked = signal('');

const letters = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => String.fromCharCode(65 + (byte % 26))).join('');

const go = (id: string): void => {
  location.hash = id.toUpperCase();
};

const change = (bowl: Bowl, items: Change): void => {
  if (!room || gameId === undefined || room.pending.length > 0) return;
  const times = { currentUpdateTime: Date.now(), lastUpdateTime: bowl.lastUpdateTime };
  // By the version it is known for certain whether somebody else was sooner.
  const data = {
    gameAction: 'updateGame' as const,
    gameId,
    updatedItems: { ...items, ...times },
    version: room.version,
  };
  void room.do.updateGame(data).catch(complain('Somebody was sooner.'));
};

const create = (): void => {
  if (!room || gameId === undefined) return;
  const game = { ...fresh(Date.now()) };
  void room.do.updateGame({ gameAction: 'createGame', gameId, game }).catch(complain('There is a game of that name.'));
};

const addName = (event: Event): void => {
  event.preventDefault();
  const name = entered.value.trim();
  if (!room || gameId === undefined || name === '') return;
  entered.value = '';
  void room.do
    .updateGame({ gameAction: 'addNames', gameId, names: [name] })
    .catch(complain('The name is not in the bowl.'));
};

const Choose = () => (
  <section class="panel">
    <h1>Famous Fishbowl</h1>
    <p>
      Everybody puts names into a bowl. Two teams explain them to each other, in three rounds: with words, with one
      word, without any.
    </p>
    <button type="button" class="primary" onClick={() => go(letters())}>
      Start a game
    </button>
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (/^[A-Za-z]{4}$/.test(asked.value)) go(asked.value);
      }}
    >
      <label>
        or join one by its four letters{' '}
        <input
          name="game"
          maxLength={4}
          pattern="[A-Za-z]{4}"
          size={4}
          value={asked.value}
          onInput={(event) => {
            asked.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="quiet">
        Join
      </button>
    </form>
  </section>
);

const Scores = ({ bowl }: { readonly bowl: Bowl }) => (
  <dl class="scores">
    {scoresOf(bowl).map((score, team) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: there are two teams, and they stay where they are.
      <div key={team} data-turn={(!isOver(bowl) && team === teamOf(bowl)) || undefined}>
        <dt>Team {team + 1}</dt>
        <dd>{score}</dd>
      </div>
    ))}
  </dl>
);

/** Before the first turn: names go into the bowl. */
const Filling = ({ bowl }: { readonly bowl: Bowl }) => (
  <>
    <p>{namesOf(bowl).length} names are in the bowl.</p>
    <form onSubmit={addName}>
      <label>
        <span class="sr-only">A name</span>
        <input
          name="name"
          maxLength={60}
          placeholder="A name, known to all"
          value={entered.value}
          onInput={(event) => {
            entered.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit">Put it in</button>
    </form>
  </>
);

const Turn = ({ bowl }: { readonly bowl: Bowl }) => {
  const mine = bowl.turnBy === foldcast.user;
  const left = Math.max(0, Math.ceil(((bowl.turnEnds ?? 0) - now.value) / 1000));
  const over = left === 0;
  useEffect(() => {
    // Whoever explains ends the turn; where that one is gone, anybody does a little later.
    if (!over) return;
    const late = setTimeout(() => change(bowl, timeOver(bowl)), mine ? 0 : 3000);
    return () => clearTimeout(late);
  }, [over, bowl, mine]);
  return (
    <>
      <p class="clock" role="timer">
        {left}
      </p>
      {mine ? (
        <>
          <p class="explained">{bowl.left?.[0]}</p>
          <button
            type="button"
            class="primary"
            disabled={over || (room?.pending.length ?? 0) > 0}
            onClick={() => change(bowl, found(bowl, Math.random))}
          >
            Found
          </button>
        </>
      ) : (
        <p>{nameOf(bowl.turnBy ?? 'Somebody')} explains.</p>
      )}
    </>
  );
};

const Table = ({ bowl }: { readonly bowl: Bowl }) => {
  const [one, two] = scoresOf(bowl);
  if (isOver(bowl))
    return (
      <p class="explained" id="end">
        {one === two ? 'A draw!' : `Team ${one > two ? 1 : 2} wins.`}
      </p>
    );
  const untouched = roundOf(bowl) === 1 && !bowl.left?.length;
  return (
    <>
      <p class="round">
        Round {roundOf(bowl)} of {rounds.length}: {rounds[roundOf(bowl) - 1]}
      </p>
      {isTurn(bowl) ? (
        <Turn bowl={bowl} />
      ) : (
        <>
          {untouched && <Filling bowl={bowl} />}
          <button
            type="button"
            class="primary"
            disabled={namesOf(bowl).length === 0 || (room?.pending.length ?? 0) > 0}
            onClick={() => change(bowl, begin(bowl, foldcast.user, Date.now(), Math.random))}
          >
            Explain for team {teamOf(bowl) + 1}
          </button>
          {!untouched && <p class="quiet-text">{bowl.left?.length ?? 0} names are left in this round.</p>}
        </>
      )}
    </>
  );
};

const Game = () => {
  if (!room)
    return (
      <Page here="game">
        <Choose />
      </Page>
    );
  const bowl = room.state?.document as Bowl | null | undefined;
  const here = [...new Set(room.present.map(({ user }) => nameOf(user)))];
  return (
    <Page here="game" room={name} shown={room}>
      <section class="panel">
        <h1>
          Famous Fishbowl <span class="quiet-text">{gameId}</span>
        </h1>
        <p class="quiet-text">
          {here.length === 0 ? 'Nobody is here.' : `Here: ${here.join(', ')}. Others join with ${gameId}.`}
        </p>
        {bowl === undefined && <p>…</p>}
        {bowl === null && (
          <>
            <p>There is no game of this name yet.</p>
            <button type="button" class="primary" onClick={create}>
              Create it
            </button>
          </>
        )}
        {bowl && (
          <>
            <Scores bowl={bowl} />
            <Table bowl={bowl} />
          </>
        )}
      </section>
    </Page>
  );
};

start(() => <Game />);
