import type { Column, Figure } from '../scenario.ts';
import type { Outcome } from './measure.ts';

/** What one system came to, by the number of members. */
export interface Run {
  readonly title: string;
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

const sectionOf = (members: number): string => `${members.toLocaleString('en-US')} members`;

/** @param limit the most seconds that were waited */
const figuresOf = (members: number, outcome: Outcome, ours: Outcome | undefined, limit: number): readonly Figure[] => {
  const { seconds, clicks, counted, showing, messages, posts } = outcome;
  const section = sectionOf(members);
  const figure = (name: string, value: number | string, digits = 0, unit = ''): Figure => ({
    section,
    name,
    unit,
    value,
    digits,
  });
  const more = (atLeast: number, digits: number) => `more than ${atLeast.toFixed(digits)}`;
  return [
    figure('until all show it', seconds ?? more(limit, 0), 2, 's'),
    ...(ours?.seconds === undefined
      ? []
      : [
          figure(
            'times as long as foldcast',
            seconds === undefined ? more(limit / ours.seconds, 1) : seconds / ours.seconds,
            2,
          ),
        ]),
    figure(`clicks in the value, of ${clicks}`, counted),
    figure('members that show it', showing),
    figure('messages to each member', messages / members, 1),
    ...(posts === undefined ? [] : [figure('posts', posts)]),
  ];
};

/** Systems side by side, the first of them being what the others are compared with. */
export const fanOutColumns = (runs: readonly Run[], limit: number): readonly Column[] =>
  runs.map(({ title, outcomes }) => ({
    title,
    figures: [...outcomes].flatMap(([members, outcome]) =>
      figuresOf(members, outcome, runs[0]?.outcomes.get(members), limit),
    ),
  }));
