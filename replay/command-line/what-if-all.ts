import pMap from 'p-map';
import { limit } from '../../store/limit.ts';
import { type WhatIf, whatIf } from '../what-if.ts';
import type { Run } from './run.ts';
import type { Session } from './session.ts';
import { countText, several } from './show/count.ts';
import { inert } from './show/inert.ts';
import { tableLines } from './show/table.ts';

/** While one room is judged, others are read. */
const atOnce = 8;

/** What is held of a room: of thousands no states. */
interface Judged extends Pick<WhatIf, 'room' | 'from' | 'to' | 'events' | 'verdicts' | 'same'> {
  /** Of the first event that ends otherwise, or else the last. */
  readonly version: number;
  readonly isOtherwise: boolean;
}

const judgedOf = ({ room, from, to, events, verdicts, same, first }: WhatIf): Judged => {
  const isOtherwise = first !== undefined || !same;
  return { room, version: first?.version ?? to, from, to, events, verdicts, same, isOtherwise };
};

const row = ({ room, events, verdicts, version, same }: Judged): string[] => [
  inert(room),
  countText(events),
  countText(version),
  countText(verdicts),
  same ? 'the same' : 'otherwise',
];

const columns = [
  { head: 'room' },
  { head: 'events', right: true },
  { head: 'first at', right: true },
  { head: 'judged otherwise', right: true },
  { head: 'at the end' },
] as const;

/** Judges and folds every room of a place afresh, with the rules in this folder. What ends otherwise is shown; then the exit code is 1. */
export const whatIfAll = async (session: Session, json: boolean, run: Run): Promise<void> => {
  const { screen } = run;
  const rooms = await session.history.rooms({ sizes: false });
  let done = 0;
  const judged = await pMap(
    rooms,
    async ({ room: name }) => {
      const { log, kind } = await session.room(name);
      const result = judgedOf(await whatIf(log, kind, undefined, limit));
      done += 1;
      screen.progress('rooms', done / rooms.length);
      return result;
    },
    { concurrency: atOnce },
  );
  const others = judged.filter((each) => each.isOtherwise);
  if (others.length > 0) run.exitCode = 1;
  if (json) {
    for (const { isOtherwise: _, ...other } of others) await screen.print(JSON.stringify(other));
    return;
  }
  if (others.length > 0)
    for (const line of tableLines(columns, others.map(row), screen.paint)) await screen.print(line);
  screen.say(`${countText(others.length)} of ${several(rooms.length, 'room')} would be otherwise.`);
};
