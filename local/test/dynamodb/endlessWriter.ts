/** A process that counts five items up, in the folder it is given, until it is killed. Prints every tenth count answered. */
import { createDynamo } from '../../dynamodb/index.ts';
import { streamed } from './tables.ts';

const dynamo = await createDynamo({ tables: [streamed('heads', 'NEW_IMAGE')], dataDir: process.argv[2] ?? '' });

const countUp = async (id: string) => {
  for (;;) {
    const answer = await dynamo.engine('UpdateItem', {
      TableName: 'heads',
      Key: { id: { S: id } },
      UpdateExpression: 'SET fill = :fill ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':fill': { S: 'x'.repeat(20_000) } },
      ReturnValues: 'UPDATED_NEW',
    });
    const { n } = (answer as { Attributes: { n: { N: string } } }).Attributes;
    if (n.N.endsWith('0')) process.stdout.write(`${id} ${n.N}\n`);
  }
};

await Promise.all(['a', 'b', 'c', 'd', 'e'].map(countUp));
