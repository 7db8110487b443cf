/** What the document of a game holds, in the words that its published client uses; `left`, `turnBy` and `turnEnds` are ours beside them. */
export interface Bowl {
  /** `startPending`: names are put in, or the next turn is waited for. `turnInProgress`: somebody explains. */
  readonly gameState?: 'startPending' | 'turnInProgress';
  readonly creationTime?: number;
  readonly categories?: readonly string[];
  readonly names?: readonly unknown[];
  /** 1 to 3; 4 when it is over. */
  readonly round?: number;
  /** 0 or 1. */
  readonly curTeam?: number;
  readonly teamScores?: readonly number[];
  readonly lastUpdateTime?: number;
  /** What is still in the bowl in this round, the one that is explained first. */
  readonly left?: readonly string[];
  /** Who explains, and until when, in milliseconds since 1970 by that one's clock. */
  readonly turnBy?: string;
  readonly turnEnds?: number;
}

/** Items to be merged into the document. */
export type Change = Partial<Bowl>;

/** How each round is explained. */
export const rounds = ['with any words but the name', 'with one word', 'without a word, by acting'] as const;

/** A turn, in milliseconds. */
export const turnFor = 30_000;

export const namesOf = ({ names = [] }: Bowl): readonly string[] => names.filter((name) => typeof name === 'string');

export const roundOf = ({ round = 1 }: Bowl): number => round;
export const isOver = (bowl: Bowl): boolean => roundOf(bowl) > rounds.length;
export const teamOf = ({ curTeam = 0 }: Bowl): number => curTeam;
export const scoresOf = ({ teamScores = [] }: Bowl): readonly [number, number] => [
  teamScores[0] ?? 0,
  teamScores[1] ?? 0,
];
export const isTurn = ({ gameState }: Bowl): boolean => gameState === 'turnInProgress';

/** All names in an order that nobody knows. `random`: from 0 to 1. */
export const shuffled = (names: readonly string[], random: () => number): readonly string[] =>
  names
    .map((name) => ({ name, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ name }) => name);

/** A game that is to be created. */
export const fresh = (now: number): Bowl => ({
  gameState: 'startPending',
  creationTime: now,
  categories: ['Names'],
  names: [],
  round: 1,
  curTeam: 0,
  teamScores: [0, 0],
  lastUpdateTime: now,
});

/** Somebody begins to explain. The bowl is filled where it is empty, as it is at the start. */
export const begin = (bowl: Bowl, by: string, now: number, random: () => number): Change => ({
  gameState: 'turnInProgress',
  left: bowl.left?.length ? bowl.left : shuffled(namesOf(bowl), random),
  turnBy: by,
  turnEnds: now + turnFor,
});

/** The name was found: a point. With the last one the round ends, and the other team goes on. */
export const found = (bowl: Bowl, random: () => number): Change => {
  const scores = scoresOf(bowl);
  const team = teamOf(bowl);
  const teamScores = scores.map((score, place) => (place === team ? score + 1 : score));
  const left = (bowl.left ?? []).slice(1);
  if (left.length > 0) return { teamScores, left };
  const round = roundOf(bowl) + 1;
  const filled = round > rounds.length ? [] : shuffled(namesOf(bowl), random);
  return { teamScores, left: filled, round, gameState: 'startPending', curTeam: 1 - team, turnEnds: 0 };
};

/** The time is over: the name goes back, under the others, and the other team goes on. */
export const timeOver = (bowl: Bowl): Change => {
  const [current, ...rest] = bowl.left ?? [];
  return {
    gameState: 'startPending',
    left: current === undefined ? rest : [...rest, current],
    curTeam: 1 - teamOf(bowl),
    turnEnds: 0,
  };
};
