import { InvalidArgumentError, program } from 'commander';
import { pricesOf } from './bill.ts';
import { countRoom } from './count.ts';
import { monthly, total } from './month.ts';

const number = (text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It is a number of 0 or more.');
};

interface Flags {
  readonly rooms: number;
  readonly members: number;
  readonly actions: number;
  readonly bytes: number;
  readonly cast: 'state' | 'events';
}

program
  .name('npm run cost --')
  .description('What a month costs on AWS, from calls that are counted here, as the functions make them.')
  .option('--rooms <n>', 'rooms that are in use day and night', number, 10)
  .option('--members <n>', 'members of each', number, 10)
  .option('--actions <n>', 'actions a minute in each', number, 6)
  .option('--bytes <n>', 'bytes of text in each action, of a chat', number, 100)
  .option('--cast <what>', 'what members are sent: the newest state, or all events', 'events')
  .action(async ({ cast, bytes, ...usage }: Flags) => {
    if (cast !== 'state' && cast !== 'events') program.error('--cast is state or events.', { exitCode: 2 });
    const counts = await countRoom({ cast, members: usage.members, bytes });
    const bill = monthly(counts, usage);
    const { messages, invocations, writes, reads } = counts.action;
    const units = `${messages.toFixed(1)} messages, ${invocations.toFixed(1)} invocations, ${writes.toFixed(1)} write and ${reads.toFixed(1)} read units`;
    console.log(`An action: ${units}.`);
    for (const [what, dollars] of Object.entries(bill))
      console.log(`${what.padEnd(20)} ${dollars.toFixed(2).padStart(10)}`);
    console.log(
      `${'dollars a month'.padEnd(20)} ${total(bill).toFixed(2).padStart(10)}   (us-east-1, prices of ${pricesOf})`,
    );
  });

await program.parseAsync();
