import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import { registry } from '../../../domain/registry.ts';
import { createDeadLetters, type DeadLetter, type DeadLetters } from '../../../store/dead-letters.ts';
import { createDeliveries } from '../../../store/deliveries.ts';
import { createHeads } from '../../../store/heads.ts';
import { createLog } from '../../../store/log.ts';
import { findPlace, type Place } from '../place.ts';
import { examples, type PlaceFlags, withPlaces } from '../places.ts';
import { type Plan, planDelivery, planNotice, type RedriveDeps } from '../redrive.ts';
import type { Run } from '../run.ts';
import { several } from '../show/count.ts';
import { inert } from '../show/inert.ts';

interface Flags extends PlaceFlags {
  readonly yes?: true;
}

const clientsOf = ({ aws, outputs }: Place) => {
  const dynamodb = new DynamoDBClient(aws);
  // `heads.append` tries again itself, and marks the event as a retry.
  const once = new DynamoDBClient({ ...aws, maxAttempts: 1 });
  const sqs = new SQSClient(aws);
  const deps: RedriveDeps = {
    registry,
    log: createLog(DynamoDBDocumentClient.from(dynamodb), outputs.logTable),
    heads: createHeads(DynamoDBDocumentClient.from(once), outputs.headsTable, registry.kindOf),
    deliveries: createDeliveries(sqs, outputs.deliveriesQueueUrl),
    filesRoom: outputs.filesRoom,
  };
  const close = () => {
    for (const client of [dynamodb, once, sqs]) client.destroy();
  };
  return { deps, sqs, close };
};

interface Counts {
  again: number;
  'left out': number;
  stays: number;
}

const show = async ({ parts }: Plan, yes: boolean, json: boolean, { screen }: Run): Promise<void> => {
  const words = yes
    ? { again: 'played again', 'left out': 'left out', stays: 'stays' }
    : { again: 'would be played again', 'left out': 'would be left out', stays: 'would stay' };
  for (const part of parts) {
    if (json) await screen.print(JSON.stringify(part));
    else
      await screen.print(
        `${part.what} ${words[part.fate]}: ${[part.room, part.says]
          .filter(Boolean)
          .map((text) => inert(String(text)))
          .join(' ')}`,
      );
  }
};

/** Goes through a queue once. Whatever is not played is shown to others again, however this ends. */
const through = async (
  queue: DeadLetters,
  plan: (letter: DeadLetter) => Promise<Plan>,
  each: (plan: Plan) => Promise<boolean>,
): Promise<void> => {
  const kept: DeadLetter[] = [];
  try {
    for (let letters = await queue.take(); letters.length > 0; letters = await queue.take()) {
      kept.push(...letters);
      for (const letter of letters) {
        if (!(await each(await plan(letter)))) continue;
        await queue.remove(letter);
        kept.splice(kept.indexOf(letter), 1);
      }
    }
  } finally {
    await queue.release(kept);
  }
};

/** `redrive`: plays again what was given up. */
export const addRedrive = (program: Command, run: Run): void => {
  withPlaces(program.command('redrive'), 'local', 'stack')
    .description(
      'Plays again what was given up after many tries: notices of files, and deliveries, without states that are old by now. Correct first what made it fail. Shows what it would do unless --yes',
    )
    .option('--yes', 'do it')
    .addHelpText('after', examples('redrive', 'redrive --yes --stack prod'))
    .action(async ({ json = false, yes, stack, port }: Flags) => {
      const { screen, folder } = run;
      const place = await findPlace({ stack, port, folder, say: screen.say });
      const { deps, sqs, close } = clientsOf(place);
      const counts: Counts = { again: 0, 'left out': 0, stays: 0 };
      try {
        const notices = createDeadLetters(sqs, place.outputs.deadNoticesQueueUrl);
        const deliveries = createDeadLetters(sqs, place.outputs.deadLetterQueueUrl);
        const each = async (plan: Plan): Promise<boolean> => {
          if (yes) await plan.play?.();
          await show(plan, yes === true, json, run);
          for (const { fate } of plan.parts) counts[fate] += 1;
          return yes === true && plan.play !== undefined;
        };
        await through(notices, (letter) => planNotice(deps, letter), each);
        await through(deliveries, (letter) => planDelivery(deps, letter), each);
        const left = (await deliveries.count()) + (await notices.count());
        if (Object.values(counts).every((count) => count === 0)) screen.say(`Nothing was given up in ${place.name}.`);
        else if (yes)
          screen.say(
            `${several(counts.again, 'time')} played again, ${counts['left out']} left out, ${counts.stays} left as they are.`,
          );
        else screen.say(`${several(left, 'message')} given up in ${place.name}. Nothing was done: --yes does it.`);
        if (counts.stays > 0)
          screen.say(
            `${several(counts.stays, 'message')} can't be read: look at them in the console of SQS, and remove them there.`,
          );
        if (yes && counts.stays > 0) run.exitCode = 1;
      } finally {
        close();
      }
    });
};
