import { setTimeout } from 'node:timers/promises';
import { BatchWriteCommand, type BatchWriteCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Write = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** Items of one request: 25 at most (DynamoDB quota). */
const maxBatch = 25;

/** Milliseconds to wait before each further try: 1.5 seconds in all. */
const pauses = [100, 200, 400, 800];

/** Writes any number of items to one table. A busy DynamoDB leaves some of a batch undone: those are sent again. */
export const batchWrite = async (
  client: DynamoDBDocumentClient,
  table: string,
  writes: readonly Write[],
): Promise<void> => {
  for (let start = 0; start < writes.length; start += maxBatch) {
    let left: readonly Write[] = writes.slice(start, start + maxBatch);
    for (const pause of [0, ...pauses]) {
      await setTimeout(pause);
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: [...left] } }));
      left = UnprocessedItems?.[table] ?? [];
      if (left.length === 0) break;
    }
    if (left.length > 0)
      throw new Error(`DynamoDB left ${left.length} writes to ${table} undone, ${pauses.length + 1} times in a row.`);
  }
};
