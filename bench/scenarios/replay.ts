import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../domain/event.ts';
import type { Kind } from '../../domain/kind.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { game } from '../../domain/kinds/game.ts';
import { memoryFigure } from '../figures.ts';
import { measureFoldcast } from '../foldcast.ts';
import { type Generated, generatedRoom, writeExport } from '../generate.ts';
import type { Figure, Scenario } from '../scenario.ts';

interface ReplayOptions extends Pick<Generated<unknown>, 'room' | 'events' | 'action'> {
  readonly name: string;
  readonly title: string;
  readonly kind: Kind;
}

/** Events a page: what a busy room's fold takes at once. */
const batch = 50;
/** Where `state --at` is asked, as shares of the log. */
const places = [0.001, 0.25, 0.5, 0.75, 0.999];

const versionAt = (share: number, events: number): number => Math.max(1, Math.floor(share * events));

/** The command line on a file with a made-up log. Times are of whole runs, from the start of the process to its end. */
const replayScenario = ({ name, title, events: all, ...room }: ReplayOptions): Scenario => ({
  name,
  table: 'Replay from a file',
  run: async ({ quick, say }) => {
    const events = quick ? all / 10 : all;
    const folder = await mkdtemp(join(tmpdir(), 'foldcast-bench-'));
    const file = join(folder, 'log.ndjson');
    try {
      say(`writing ${events} events`);
      await writeExport(file, [generatedRoom({ ...room, events, batch })]);
      say('verify');
      const verified = await measureFoldcast(['verify', '--file', file]);
      const figures: Figure[] = [
        { section: 'log', name: 'events', unit: '', value: events },
        { section: 'log', name: 'size of the file', unit: 'MB', value: (await stat(file)).size / 1024 ** 2 },
        { section: 'verify', name: 'events', unit: 'events/s', value: events / (verified.ms / 1000) },
        memoryFigure('verify', 'most memory', verified.peak),
      ];
      say('state --at');
      const asked: number[] = [];
      for (const share of places) {
        const at = String(versionAt(share, events));
        asked.push((await measureFoldcast(['state', room.room, '--at', at, '--file', file])).ms);
      }
      figures.push({
        section: `state --at, of ${places.length}`,
        name: 'the slowest',
        unit: 'ms',
        value: Math.max(...asked),
      });
      return [{ title, figures }];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

/** A board of 10 KB as JSON: 64 rows, of which each move writes one. */
const rows = 64;
const row = (seq: number): string => `player-${seq % 50} move ${seq} `.padEnd(150, '.');
const board = Object.fromEntries(Array.from({ length: rows }, (_, at) => [`row${at}`, row(at)]));

const move = (seq: number): Pick<Event, 'type' | 'data'> => ({
  type: 'updateGame',
  data:
    seq === 1
      ? { gameAction: 'createGame', gameId: 'KFNF', game: board }
      : { gameAction: 'updateGame', gameId: 'KFNF', updatedItems: { [`row${seq % rows}`]: row(seq) } },
});

export const replays: readonly Scenario[] = [
  replayScenario({
    name: 'replay-counter',
    title: 'counter',
    room: 'counter/global-counter',
    kind: counter,
    events: 1_000_000,
    action: (seq) => ({ type: seq % 3 === 0 ? 'minus' : 'plus', data: {} }),
  }),
  replayScenario({
    name: 'replay-game',
    title: 'game, 10 KB states',
    room: 'game/KFNF',
    kind: game,
    events: 100_000,
    action: move,
  }),
];
