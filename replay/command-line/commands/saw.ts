import type { Command } from 'commander';
import { changes } from '../../diff.ts';
import { type Saw, saw } from '../../saw.ts';
import { examples, type PlaceFlags, readable, version, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { changeLines } from '../show/changes.ts';
import { several } from '../show/count.ts';
import { eventText } from '../show/event.ts';
import { cut, inert } from '../show/inert.ts';
import { timeText } from '../show/time.ts';

interface Flags extends PlaceFlags {
  readonly member: string;
  readonly at?: number;
}

const show = async ({ room, member, from, to, at, sent, state, ahead, shown }: Saw, { screen }: Run): Promise<void> => {
  const who = inert(member);
  const together = from === to ? `event ${to}` : `the events ${from} to ${to}, together`;
  await screen.print(`${timeText(at)}: the members of ${room} were told of ${together}.`);
  for (const [wire, texts] of Object.entries(sent)) {
    await screen.print(`${who}, on the wire ${wire}, was sent ${several(texts.length, 'message')}:`);
    for (const text of texts) await screen.print(`    ${cut(inert(text), screen.width - 4)}`);
  }
  await screen.print(`What the client knew then is version ${to}:`);
  for (const line of JSON.stringify(state, null, 2).split('\n')) await screen.print(line);
  if (ahead.length === 0) return;
  await screen.print(`${several(ahead.length, 'action')} of ${who} had come in, of which nobody had been told yet:`);
  for (const event of ahead) await screen.print(eventText(event, { room, last: event.seq }, screen));
  await screen.print('So the client showed, ahead of that:');
  const lines = changeLines(changes(state, shown), screen);
  for (const line of lines.length > 0 ? lines : ['the same.']) await screen.print(`    ${line}`);
};

/** `saw`: what a member was told, and what its client showed. */
export const addSaw = (program: Command, run: Run): void => {
  withPlaces(program.command('saw'), ...readable)
    .description('What a member was sent of a version, and what its client therefore showed')
    .argument('<room>', 'its name, <kind>/<id>')
    .requiredOption('--member <who>', 'a user, or a connection: "log" shows who they are')
    .option('--at <version>', 'the event that it is about (default: the newest)', version)
    .addHelpText(
      'after',
      examples(
        'saw game/KFNF --member ann --at 120',
        'saw chat/lobby --member RkoVbQw0yMn-Yzw= --file bug.ndjson --json',
      ),
    )
    .action(async (room: string, { member, at, json, ...place }: Flags) => {
      await using session = await openSession(place, run);
      const { log, kind, last } = await session.room(room);
      const seen = await saw(log, kind, { member, version: at ?? last });
      if (json) await run.screen.print(JSON.stringify(seen));
      else await show(seen, run);
    });
};
