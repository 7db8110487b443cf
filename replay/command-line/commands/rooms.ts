import type { Command } from 'commander';
import { parseRoom } from '../../../domain/room.ts';
import type { RoomSummary } from '../../history/history.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { countText, several } from '../show/count.ts';
import { inert } from '../show/inert.ts';
import { tableLines } from '../show/table.ts';
import { timeText } from '../show/time.ts';

interface Flags extends PlaceFlags {
  readonly sizes: boolean;
}

const columns = [
  { head: 'room' },
  { head: 'version', right: true },
  { head: 'last event' },
  { head: 'members', right: true },
  { head: 'pages', right: true },
  { head: 'bytes', right: true },
] as const;

/** Stands in a column for what this place does not know: a file knows no members. */
const unknown = '–';
const known = (count: number | undefined): string => (count === undefined ? unknown : countText(count));
const kindOf = (room: string): string => parseRoom(room)?.kind ?? unknown;

const row = ({ room, version, last, members, pages, bytes }: RoomSummary): string[] => [
  inert(room),
  countText(version),
  last ? timeText(last.at) : unknown,
  known(members),
  known(pages),
  known(bytes),
];

/** `rooms`: every room, a line each. Its kind is in its name. */
export const addRooms = (program: Command, run: Run): void => {
  withPlaces(program.command('rooms'), ...readable)
    .description('Every room: version, last event, members now, pages, bytes')
    .option('--no-sizes', 'without pages and bytes, for which DynamoDB reads, and charges for, every log')
    .addHelpText('after', examples('rooms', 'rooms --stack prod --no-sizes', 'rooms --file log.ndjson --json'))
    .action(async ({ sizes, json, ...place }: Flags) => {
      const { screen } = run;
      await using session = await openSession(place, run);
      const { history } = session;
      const timer = setInterval(() => screen.progress(`rooms of ${history.name}`), 100);
      const rooms = await history.rooms({ sizes }).finally(() => clearInterval(timer));
      if (json) {
        for (const room of rooms) await screen.print(JSON.stringify({ ...room, kind: kindOf(room.room) }));
        return;
      }
      for (const line of tableLines(columns, rooms.map(row), screen.paint)) await screen.print(line);
      screen.say(`${several(rooms.length, 'room')} in ${history.name}`);
    });
};
