import type { Command } from 'commander';
import { limit } from '../../../store/limit.ts';
import { type Change, changes } from '../../diff.ts';
import { type Parting, type WhatIf, whatIf } from '../../what-if.ts';
import { BadInput } from '../bad-input.ts';
import { loadKind } from '../kind-file.ts';
import { examples, type PlaceFlags, readable, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { openSession } from '../session.ts';
import { changeLines } from '../show/changes.ts';
import { countText, several } from '../show/count.ts';
import { eventText } from '../show/event.ts';
import { faultLines } from '../show/fault.ts';
import { brief, inert } from '../show/inert.ts';
import { whatIfAll } from '../what-if-all.ts';

interface Flags extends PlaceFlags {
  readonly kind?: string;
  readonly old?: string;
  readonly all?: true;
}

/** The most changes of one comparison that are shown. */
const mostChanges = 20;

const judged = (refused: string | undefined): string =>
  refused === undefined ? 'counted' : `was refused: ${inert(refused)}`;
const wouldBe = (refused: string | undefined): string =>
  refused === undefined ? 'would count' : `would be refused: ${inert(refused)}`;

const changesOf = (first: Parting): readonly Change[] =>
  first.what === 'verdict' ? [] : changes(first.was, first.now);

const showParting = async (first: Parting, { room, to: last }: WhatIf, { screen }: Run): Promise<void> => {
  if (first.what === 'checkpoint')
    await screen.print(
      `One of the events ${first.from} to ${first.version} ends otherwise: the recorded state would be another. --old names it, given the rules of then.`,
    );
  else {
    await screen.print('The first event that ends otherwise:');
    await screen.print(eventText(first.event, { room, last }, screen));
    await screen.print(`    it meets  ${brief(first.before, screen.width - 16)}`);
    if (first.what === 'verdict') {
      await screen.print(`    it ${judged(first.was)}`);
      await screen.print(`    it ${wouldBe(first.now)}`);
      for (const line of first.fault ? faultLines(first.fault) : []) await screen.print(`              ${line}`);
    }
  }
  for (const line of changeLines(changesOf(first), screen, mostChanges)) await screen.print(`    ${line}`);
};

const show = async (result: WhatIf, run: Run): Promise<void> => {
  const { screen } = run;
  const { room, from, to, events, verdicts, omitted, first } = result;
  await screen.print(
    `${room}: ${several(events, 'event')} judged and folded afresh, ${countText(from)} to ${countText(to)}.`,
  );
  if (omitted > 0)
    await screen.print(
      `${several(omitted, 'refused event')} can't be judged and stay refused: their data was not kept.`,
    );
  if (!first) await screen.print(screen.paint('green', 'Every event ends as it did.'));
  else {
    await showParting(first, result, run);
    await screen.print(`${several(verdicts, 'event')} would be judged otherwise.`);
  }
  if (result.same) await screen.print('The state at the end would be the same.');
  else {
    await screen.print('At the end:');
    for (const line of changeLines(changes(result.was, result.now), screen, mostChanges))
      await screen.print(`    ${line}`);
  }
};

/** `whatif`: other rules on an old log. */
export const addWhatIf = (program: Command, run: Run): void => {
  withPlaces(program.command('whatif'), ...readable)
    .description(
      'Judges and folds a whole log afresh with the rules in this folder, or others: the first event that ends otherwise, and the difference at the end',
    )
    .argument('[room]', 'its name, <kind>/<id>')
    .option('--all', 'every room that there is, by the rules in this folder: exits 1 where one would be otherwise')
    .option('--kind <file>', 'rules to try: a TypeScript file that exports what defineKind returns')
    .option('--old <file>', 'the rules that the log was written with (default with --kind: those in this folder)')
    .addHelpText(
      'after',
      examples(
        'whatif counter/global-counter --stack prod',
        'whatif counter/global-counter --kind draft/counter.ts --file log.ndjson',
        'whatif --all --stack prod',
        'whatif game/KFNF --old ../released/domain/kinds/game.ts --file log.ndjson',
      ),
    )
    .action(async (name: string | undefined, flags: Flags) => {
      if ((name === undefined) !== (flags.all === true))
        throw new BadInput('Name a room, or give --all: one of the two.');
      if (name === undefined && (flags.kind ?? flags.old) !== undefined)
        throw new BadInput('--all goes by the rules in this folder: --kind and --old are for one room.');
      await using session = await openSession(flags, run);
      if (name === undefined) {
        await whatIfAll(session, flags.json === true, run);
        return;
      }
      const { log, kind } = await session.room(name);
      const load = async (file: string | undefined) => file && loadKind(file, kind.name, run.folder);
      const tried = (await load(flags.kind)) || kind;
      const old = (await load(flags.old)) || (flags.kind === undefined ? undefined : kind);
      const result = await whatIf(log, tried, old, limit);
      const { room, first, to } = result;
      if (flags.json) await run.screen.print(JSON.stringify({ ...result, room, version: first?.version ?? to }));
      else await show(result, run);
    });
};
