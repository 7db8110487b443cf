import type { Command } from 'commander';
import { changes } from '../../diff.ts';
import { ReplayError } from '../../errors.ts';
import { type Finding, type Verified, verify } from '../../verify.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession, type Session } from '../session.ts';
import { changeLines } from '../show/changes.ts';
import { countText, several } from '../show/count.ts';
import { brief, inert } from '../show/inert.ts';

/** The most findings of a room that a person is shown. With `--json` all are printed. */
const [mostFindings, mostChanges] = [20, 10];

const showFinding = async (
  { room, version, page, broken, what, ...values }: Finding,
  { screen }: Run,
): Promise<void> => {
  const place = `${room}, version ${version}, in the page that begins at ${page}`;
  await screen.print(`${screen.paint('red', `✗ ${broken}`)}  ${inert(place)}: ${inert(what)}`);
  if (broken === 'state') {
    await screen.print(`    ${screen.paint('dim', 'what it should be → what is recorded')}`);
    const lines = changeLines(changes(values.expected, values.found), screen, mostChanges);
    for (const line of lines) await screen.print(`    ${line}`);
    return;
  }
  for (const [name, value] of Object.entries(values))
    await screen.print(`    ${name.padEnd(8)} ${brief(value, screen.width - 16)}`);
};

const summary = ({ room, from, to, pages, events, checkpoints, ofOtherRules, findings }: Verified): string => {
  const what = `events ${countText(from)} to ${countText(to)}, ${several(events, 'event')} in ${several(pages, 'page')}, ${several(checkpoints, 'recorded state')}${
    ofOtherRules > 0 ? ` and ${countText(ofOtherRules)} of other rules` : ''
  }`;
  const well = checkpoints > 0 ? 'all is well' : 'in order, but there is nothing to check the state against';
  return `${room}: ${what}: ${findings === 0 ? well : several(findings, 'finding')}`;
};

const verifyRoom = async (name: string, session: Session, json: boolean, run: Run): Promise<void> => {
  const { screen } = run;
  const { log, kind } = await session.room(name);
  const shown: Finding[] = [];
  let printed = Promise.resolve();
  const verified = await verify(log, kind, (finding) => {
    if (json) printed = printed.then(() => screen.print(JSON.stringify(finding)));
    else if (shown.length < mostFindings) shown.push(finding);
  });
  await printed;
  for (const finding of shown) await showFinding(finding, run);
  if (verified.findings > 0) run.exitCode = 1;
  if (json) return;
  const more = verified.findings - shown.length;
  if (more > 0) await screen.print(`  … and ${several(more, 'more finding')}: --json shows all`);
  await screen.print(screen.paint(verified.findings === 0 ? 'green' : 'red', inert(summary(verified))));
};

/** `verify`: audits logs. */
export const addVerify = (program: Command, run: Run): void => {
  withPlaces(program.command('verify'), ...readable)
    .description(
      'Whether logs are what they should be: recorded states, the order of events, nothing twice, the head. Exits 1 if anything is not',
    )
    .argument('[rooms...]', 'their names, <kind>/<id>; all rooms unless given')
    .addHelpText(
      'after',
      examples('verify', 'verify game/KFNF chat/lobby --stack prod', 'verify --file log.ndjson --json'),
    )
    .action(async (named: readonly string[], flags: PlaceFlags) => {
      await using session = await openSession(flags, run);
      if (named.length > 0) for (const room of named) await session.room(room);
      const all = async () => (await session.history.rooms()).filter(({ version }) => version > 0);
      const rooms = named.length > 0 ? named : (await all()).map(({ room }) => room);
      if (rooms.length === 0) run.screen.say(`There are no rooms with events in ${session.history.name}.`);
      let unruled = false;
      for (const room of rooms)
        try {
          await verifyRoom(room, session, flags.json ?? false, run);
        } catch (cause) {
          // A room whose kind was removed is reported, and the other rooms are verified all the same.
          if (!(cause instanceof ReplayError && cause.fault === 'unknown-kind')) throw cause;
          run.screen.say(cause.message);
          unruled = true;
        }
      if (unruled && run.exitCode === 0) run.exitCode = 2;
    });
};
