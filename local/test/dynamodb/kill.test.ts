import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDynamo } from '../../dynamodb/index.ts';
import { allRecords, streamed } from './tables.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dynamo-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the writer until it has printed `count` lines, then kills it. Returns the last count answered per item. */
const writeAndKill = async (count: number): Promise<Map<string, number>> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'endlessWriter.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const answered = new Map<string, number>();
  let left = count;
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = '', n = ''] = line.split(' ');
    if (n !== '') answered.set(id, Number(n));
    left -= 1;
    if (left === 0) child.kill('SIGKILL');
  }
  await exited;
  return answered;
};

it('has exactly one record for each version of an item after a kill -9 at any moment', async () => {
  for (const count of [1, 3, 8, 20, 5, 13]) {
    const answered = await writeAndKill(count);
    const dynamo = await createDynamo({ tables: [streamed('heads', 'NEW_IMAGE')], dataDir: folder });
    const versions = new Map<string, number[]>();
    for (const { dynamodb } of await allRecords(dynamo, 'heads')) {
      const id = dynamodb.Keys.id?.S ?? '';
      versions.set(id, [...(versions.get(id) ?? []), Number(dynamodb.NewImage?.n?.N)]);
    }
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      const { Item } = (await dynamo.engine('GetItem', { TableName: 'heads', Key: { id: { S: id } } })) as {
        Item?: { n: { N: string } };
      };
      const stored = Number(Item?.n.N ?? 0);
      expect(stored).toBeGreaterThanOrEqual(answered.get(id) ?? 0);
      expect(versions.get(id) ?? []).toEqual(Array.from({ length: stored }, (_, at) => at + 1));
    }
    await dynamo.close();
  }
});
