import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Option, program } from 'commander';
import { createConnections } from '../../store/connections.ts';
import { createDeliveries } from '../../store/deliveries.ts';
import { announce, announcementFault } from './announce.ts';
import { findPlace, NoPlace } from './place.ts';
import { portOption } from './places.ts';
import { sentenceOf } from './sentence.ts';
import { inert, saidTo } from './show/inert.ts';

/** Exit codes: 0 said, 1 a fault on the way, 2 asked for in a way that can't work. */
const refuse = (sentence: string): never => {
  console.error(inert(sentence));
  process.exit(2);
};

program
  .name('npm run say --')
  .description('Sends a message to every connection.')
  .argument('<message>', 'what everyone is to be told, in quotes')
  .addOption(new Option('--local', 'those of what npm start runs in this folder (default)').conflicts('stack'))
  .addOption(portOption().conflicts('stack'))
  .option('--stack <name>', 'those of a deployed stack; with your AWS credentials')
  .addHelpText('after', '\nExample:\n  npm run say -- "maintenance in five minutes" --stack prod')
  .configureOutput({ writeErr: saidTo(process.stderr) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (message: string, { stack, port }: { readonly stack?: string; readonly port?: number }) => {
    const fault = announcementFault(message);
    if (fault) refuse(fault);
    const place = await findPlace({ stack, port, say: console.error }).catch((cause) => {
      if (cause instanceof NoPlace) return refuse(cause.message);
      throw cause;
    });
    const { aws, outputs } = place;
    const connections = createConnections(
      DynamoDBDocumentClient.from(new DynamoDBClient(aws)),
      outputs.connectionsTable,
    );
    const deliveries = createDeliveries(new SQSClient(aws), outputs.deliveriesQueueUrl);
    const count = await announce({ connections, deliveries }, message);
    console.log(`Said to ${count} ${count === 1 ? 'connection' : 'connections'} of ${place.name}.`);
  });

try {
  await program.parseAsync();
} catch (cause) {
  console.error(inert(sentenceOf(cause)));
  process.exit(1);
}
