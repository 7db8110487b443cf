import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import pMap from 'p-map';
import { headEnds, logEnds } from '../../../store/ends.ts';
import { newEpoch } from '../../../store/heads.ts';
import { createRestore } from '../../../store/restore.ts';
import { adopt } from '../adopt.ts';
import { BadInput } from '../bad-input.ts';
import { type Leveling, levelings } from '../leveling.ts';
import { findPlace } from '../place.ts';
import { examples, type PlaceFlags, withPlaces } from '../places.ts';
import type { Run } from '../run.ts';
import { several } from '../show/count.ts';
import { inert } from '../show/inert.ts';

interface Flags extends PlaceFlags {
  readonly heads?: string;
  readonly log?: string;
  readonly yes?: true;
}

/** Heads that are written at once. */
const writers = 16;

const sentence = ({ room, head, log, to }: Leveling): string => {
  const name = inert(room);
  if (to === undefined) return `${name}: its log is gone, and so its head goes: it begins anew`;
  if (head < log) return `${name}: head ${head} → ${log}, where its log ends`;
  if (head > log) return `${name}: head ${head} → ${log}, where its log ends; events ${log + 1} to ${head} are gone`;
  return `${name}: a new epoch`;
};

/** `restore`: brings heads and log together when a table of them was restored, and has the stack use the restored ones. */
export const addRestore = (program: Command, run: Run): void => {
  withPlaces(program.command('restore'), 'local', 'stack')
    .description(
      'After a table was restored from a backup: sets each head to the end of its log, gives rooms a new epoch where the log was restored, and has the stack use the restored tables. Shows what it would do unless --yes',
    )
    .option('--heads <table>', 'the restored table heads')
    .option('--log <table>', 'the restored table log')
    .option('--yes', 'do it')
    .addHelpText('after', examples('restore --stack prod --heads heads-restored --log pages-restored'))
    .action(async ({ json = false, yes, stack, port, ...restored }: Flags) => {
      const { screen, folder } = run;
      if (restored.heads === undefined && restored.log === undefined)
        throw new BadInput('Say which table was restored, with --heads, --log or both: docs/restore.md has all steps.');
      const { name, outputs, aws } = await findPlace({ stack, port, folder, say: screen.say });
      const own = { heads: outputs.headsTable, log: outputs.logTable };
      const tables = { heads: restored.heads ?? own.heads, log: restored.log ?? own.log };
      const raw = new DynamoDBClient(aws);
      const client = DynamoDBDocumentClient.from(raw);
      try {
        const [heads, ends] = await Promise.all([headEnds(client, tables.heads), logEnds(client, tables.log)]);
        const plan = levelings(heads, ends, restored.log === undefined ? undefined : newEpoch);
        for (const each of plan)
          if (json) await screen.print(JSON.stringify(each));
          else if (each.head !== each.log) await screen.print(sentence(each));
        const renewed = plan.filter(({ epoch, to }) => epoch === 'new' && to).length;
        const levelled = plan.filter(({ head, log }) => head !== log).length;
        const counts = `${several(levelled, 'head')} of ${heads.size} to be set to the end of their logs, ${several(renewed, 'room')} to get a new epoch`;
        if (!yes) {
          screen.say(`${counts}. Nothing was done: --yes does it.`);
          return;
        }
        const { level } = createRestore(client, tables);
        await pMap(plan, ({ room, to }) => level(room, to), { concurrency: writers });
        screen.say(`${counts}: done in ${name}.`);
        const foreign = ([from, to]: readonly [string, string]) => from !== to;
        const names = (
          [
            [own.heads, tables.heads],
            [own.log, tables.log],
          ] as const
        ).filter(foreign);
        if (stack === undefined || names.length === 0) return;
        await adopt(stack, folder, names);
        const said = names.map(([from, to]) => `${to} instead of ${from}`).join(' and ');
        screen.say(
          `The stack ${stack} has ${said} from the next "pulumi up --refresh --stack ${stack}" on: run it now.`,
        );
      } finally {
        raw.destroy();
      }
    });
};
