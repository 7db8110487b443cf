import { setTimeout } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { changes } from '../../diff.ts';
import { earliest, requireStretch } from '../../state.ts';
import { type Step, steps } from '../../steps.ts';
import { BadInput } from '../bad-input.ts';
import { keys } from '../keys.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { type OpenRoom, openSession } from '../session.ts';
import { changeLines } from '../show/changes.ts';
import { eventText } from '../show/event.ts';
import { faultLines } from '../show/fault.ts';
import { spanText } from '../show/time.ts';

interface Flags extends PlaceFlags {
  readonly from?: number;
  readonly to?: number;
  readonly speed?: number;
  readonly step?: true;
}

/** The longest pause between two events, in ms, so that nobody waits through a quiet night. */
const longestPause = 3_000;
/** The most changes of one event that are shown. */
const mostChanges = 20;

const speed = (text: string): number => {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It is a number above 0: 1 is as fast as it was.');
};

const show = async ({ event, before, after, fault }: Step, room: OpenRoom, json: boolean, { screen }: Run) => {
  const found = changes(before, after);
  if (json) return screen.print(JSON.stringify({ room: room.log.room, ...event, changes: found }));
  await screen.print(eventText(event, { room: room.log.room, last: room.last }, screen));
  if (fault) {
    await screen.print(`    ${screen.paint('red', 'The rules fail on it now:')}`);
    for (const line of faultLines(fault)) await screen.print(`    ${line}`);
  }
  for (const line of changeLines(found, screen, mostChanges)) await screen.print(`    ${line}`);
};

/** Waits `ms`, but no longer than `longestPause`: then it prints how long it was. */
const pause = async (ms: number, { screen }: Run): Promise<void> => {
  if (ms > longestPause) screen.say(screen.paint('dim', `… ${spanText(ms)}`));
  if (ms > 0) await setTimeout(Math.min(ms, longestPause));
};

const play = async (room: OpenRoom, from: number, { to = room.last, speed, json = false }: Flags, run: Run) => {
  await requireStretch(room.log, from, to);
  let previous: number | undefined;
  for await (const step of steps(room.log, room.kind, { from, to })) {
    const { at } = step.event;
    if (speed !== undefined && previous !== undefined) await pause((at - previous) / speed, run);
    previous = at;
    await show(step, room, json, run);
  }
};

/** Where a key leads to from a version; `undefined` to stay there. */
const moves: Readonly<Record<string, (at: number, first: number, last: number) => number>> = {
  right: (at) => at + 1,
  down: (at) => at + 1,
  space: (at) => at + 1,
  return: (at) => at + 1,
  left: (at) => at - 1,
  up: (at) => at - 1,
  pagedown: (at, _, last) => Math.min(at + 10, last),
  pageup: (at, first) => Math.max(at - 10, first),
  home: (_, first) => first,
  end: (_, __, last) => last,
};

const walk = async (room: OpenRoom, from: number, { to = room.last, json = false }: Flags, run: Run) => {
  const { log, kind } = room;
  await requireStretch(log, from, to);
  let at = from;
  const showHere = async (): Promise<void> => {
    for await (const step of steps(log, kind, { from: at, to: at })) await show(step, room, json, run);
  };
  await showHere();
  run.screen.say(run.screen.paint('dim', '→ next   ← back   Page Up, Page Down ten events   Home, End   q ends'));
  for await (const key of keys(run)) {
    if (key.name === 'q') return;
    const next = moves[key.name ?? '']?.(at, from, to) ?? at;
    if (next === at) continue;
    if (next < from || next > to) {
      run.screen.say(run.screen.paint('dim', next < from ? 'This is the first event.' : 'This is the last event.'));
      continue;
    }
    at = next;
    await showHere();
  }
};

/** The first event whose change can be shown: where old pages are gone, the one after the first recorded state. */
const firstShown = async ({ log, kind, last }: OpenRoom, { screen }: Run): Promise<number> => {
  const { version } = await earliest(log, kind);
  if (version > 0) screen.say(`Of ${log.room} there is nothing left before version ${version}.`);
  return Math.min(version + 1, last);
};

/** `replay`: event by event, with what each changed. */
export const addReplay = (program: Command, run: Run): void => {
  withPlaces(program.command('replay'), ...readable)
    .description('A room event by event, with the change that each made')
    .argument('<room>', 'its name, <kind>/<id>')
    .option('--from <seq>', 'the first event', version)
    .option('--to <seq>', 'the last event', version)
    .option('--speed <times>', 'in time: 1 is as fast as it was, 10 ten times that', speed)
    .option('--step', 'one at a time: arrow keys go on and back')
    .addHelpText(
      'after',
      examples(
        'replay game/KFNF --from 100 --step',
        'replay chat/lobby --speed 10 --stack prod',
        'replay chat/lobby --file log.ndjson --json',
      ),
    )
    .action(async (name: string, flags: Flags) => {
      if (flags.step && !run.input.isTTY) throw new BadInput('--step needs a terminal: keys are pressed there.');
      await using session = await openSession(flags, run);
      const room = await session.room(name);
      const from = flags.from ?? (await firstShown(room, run));
      await (flags.step ? walk : play)(room, from, flags, run);
    });
};
