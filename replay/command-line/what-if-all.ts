import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import { Piscina } from 'piscina';
import type { Page } from '../../domain/page.ts';
import type { Judged, Unjudged } from './judging.ts';
import type { Run } from './run.ts';
import { type Session, sayUnreadable } from './session.ts';
import { countText, several } from './show/count.ts';
import { inert } from './show/inert.ts';
import { tableLines } from './show/table.ts';

/** While a thread judges one room, it reads others. */
const atOnce = 4;

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

/** Judges rooms on all cores. `onDone` is told how many are done. */
const judgeAll = async (
  rooms: readonly string[],
  { source }: Session,
  run: Run,
  onDone: (done: number) => void,
): Promise<readonly (Judged | Unjudged)[]> => {
  const threads = Math.max(1, Math.min(availableParallelism(), rooms.length));
  const pool = new Piscina<string, Judged | Unjudged>({
    filename: new URL('./judging.ts', import.meta.url).href,
    workerData: source,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: atOnce,
  });
  const passBy = sayUnreadable(run);
  pool.on('message', (page: Page) => passBy(page));
  try {
    let done = 0;
    return await pMap(
      rooms,
      async (room) => {
        const result = await pool.run(room);
        done += 1;
        onDone(done);
        return result;
      },
      // No more than the threads take: a failure ends it at once.
      { concurrency: threads * atOnce },
    );
  } finally {
    await pool.destroy();
  }
};

/**
 * Judges and folds every room of a place afresh, with the rules in this folder. What ends otherwise is shown, and what can't be judged is said: then the
 * exit code is 1.
 */
export const whatIfAll = async (session: Session, json: boolean, run: Run): Promise<void> => {
  const { screen } = run;
  // One whose first event is not folded yet has nothing to judge.
  const rooms = (await session.history.rooms({ sizes: false })).flatMap(({ room, version }) =>
    version > 0 ? room : [],
  );
  const all = await judgeAll(rooms, session, run, (done) => screen.progress('rooms', done / rooms.length));
  const others = all.filter((each) => 'isOtherwise' in each).filter(({ isOtherwise }) => isOtherwise);
  const unjudged = all.filter((each) => 'sentence' in each);
  if (others.length + unjudged.length > 0) run.exitCode = 1;
  if (json) for (const { isOtherwise: _, ...other } of others) await screen.print(JSON.stringify(other));
  else if (others.length > 0)
    for (const line of tableLines(columns, others.map(row), screen.paint)) await screen.print(line);
  for (const { room, sentence } of unjudged) screen.say(`${inert(room)} can't be judged: ${sentence}`);
  if (!json) screen.say(`${countText(others.length)} of ${several(rooms.length, 'room')} would be otherwise.`);
};
