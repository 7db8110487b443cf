import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type Graph, resourcesOf } from '../../aws.ts';
import { createDynamo } from '../../dynamodb/index.ts';
import { createFunctions } from '../../lambda/functions.ts';
import { startMappings } from '../../mappings/mappings.ts';
import { put, streamArn, streamed } from '../dynamodb/tables.ts';
import { codeFolder, lambda, removeCodeFolders } from '../lambda/folders.ts';
import { mappingGraph } from './graph.ts';

afterAll(removeCodeFolders);

it('delivers a batch again to a new environment after the function timed out with it', async () => {
  const folder = codeFolder({});
  const worker = lambda(
    'worker',
    `import { appendFileSync, existsSync } from 'node:fs';
    let batches = 0;
    export const handler = async ({ Records }) => {
      const first = !existsSync(process.env.SEEN);
      for (const { dynamodb } of Records) appendFileSync(process.env.SEEN, ++batches + ':' + dynamodb.Keys.id.S + ' ');
      if (first) await new Promise(() => {});
    };`,
    { timeout: 1, environment: { variables: { SEEN: join(folder, 'seen') } } },
  );
  const { resources } = mappingGraph({ eventSourceArn: streamArn('items'), startingPosition: 'TRIM_HORIZON' });
  const graph: Graph = { port: 4000, resources: [worker, ...resources.slice(1)], outputs: {} };
  const dynamo = await createDynamo({ tables: [streamed('items')] });
  const functions = createFunctions({
    functions: resourcesOf(graph, 'aws:lambda/function:Function'),
    endpoint: 'http://127.0.0.1:1',
  });
  const said: string[] = [];
  const mappings = await startMappings({
    graph,
    invoke: functions.invoke,
    dispatch: ({ operation, input }) => dynamo.engine(operation, input),
    callerOf: functions.callerOf,
    onWrite: dynamo.onWrite,
    timing: { streamPollMs: 1, wake: true },
    positions: { get: async () => undefined, set: async () => {} },
    say: (line) => said.push(line),
  });
  try {
    await put(dynamo, 'items', { id: { S: 'a' } });
    const seen = () => (existsSync(join(folder, 'seen')) ? readFileSync(join(folder, 'seen'), 'utf8') : '');
    await vi.waitFor(() => expect(seen()).toBe('1:a 1:a '), { timeout: 30_000 });
    await vi.waitFor(() => expect(mappings.idle()).toBe(true), 30_000);
    expect(said).toEqual([expect.stringMatching(/^feed: Sandbox\.Timedout: .*Task timed out after 1\.00 seconds$/)]);
  } finally {
    await mappings.close();
    functions.close();
    await dynamo.close();
  }
});
