import { describe, expect, it, vi } from 'vitest';
import { AwsError } from '../../aws.ts';
import { streamArn } from '../dynamodb/tables.ts';
import { broken, caller, done, failing, queue, queueArn, queueUrl } from './graph.ts';
import { counted, openTable, sequenceIn, settled, start, write } from './stream-fixture.ts';

describe('a batch that fails', () => {
  it('comes again whole after a function error, for ever by default', async () => {
    const dynamo = await openTable();
    let failures = 4;
    const { mappings, batches } = await start(dynamo, { worker: () => (failures-- > 0 ? broken : done) });
    await write(dynamo, 'a:0');
    await settled(mappings, () => expect(batches).toEqual(Array.from({ length: 5 }, () => ['a:0'])));
  });

  it('comes again from the lowest reported record on', async () => {
    const dynamo = await openTable();
    await write(dynamo, ...counted('a', 5));
    const { mappings, batches } = await start(dynamo, {
      inputs: { functionResponseTypes: ['ReportBatchItemFailures'] },
      worker: (names, event) =>
        names.length === 5 ? failing(sequenceIn(event, 'a:3'), sequenceIn(event, 'a:2')) : failing(),
    });
    await settled(mappings, () =>
      expect(batches).toEqual([
        ['a:0', 'a:1', 'a:2', 'a:3', 'a:4'],
        ['a:2', 'a:3', 'a:4'],
      ]),
    );
  });

  it.each([
    ['an unknown record', failing('no-such-record')],
    ['an empty identifier', failing('')],
    ['null', failing(null)],
    ['what is no list', { ok: true, value: { batchItemFailures: 'all' } } as const],
    ['a text', { ok: true, value: 'fine' } as const],
  ])('comes again whole when the function reports %s', async (_, answer) => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0', 'a:1');
    let first = true;
    const { mappings, batches } = await start(dynamo, {
      inputs: { functionResponseTypes: ['ReportBatchItemFailures'] },
      worker: () => {
        const now = first ? answer : done;
        first = false;
        return now;
      },
    });
    const both = ['a:0', 'a:1'];
    await settled(mappings, () => expect(batches).toEqual([both, both]));
  });

  it('is split after a function error where the mapping bisects, until the bad record is alone', async () => {
    const dynamo = await openTable();
    await write(dynamo, ...counted('a', 8));
    let mended = false;
    const { mappings, batches } = await start(dynamo, {
      inputs: { bisectBatchOnFunctionError: true },
      worker: (names) => (names.includes('a:5') && !mended ? broken : done),
    });
    await vi.waitFor(() => expect(batches.filter((batch) => batch.join() === 'a:5').length).toBeGreaterThan(1), 30_000);
    mended = true;
    await settled(mappings, () => expect(batches.at(-1)).toEqual(['a:6', 'a:7']));
    expect(batches.slice(0, 5)).toEqual([
      counted('a', 8),
      counted('a', 4),
      ['a:4', 'a:5', 'a:6', 'a:7'],
      ['a:4', 'a:5'],
      ['a:4'],
    ]);
  });

  it('is given up after its retries: the destination gets its position, and the shard goes on', async () => {
    const dynamo = await openTable();
    await write(dynamo, ...counted('a', 3));
    const messages: unknown[] = [];
    const { mappings, batches } = await start(dynamo, {
      inputs: {
        batchSize: 2,
        maximumRetryAttempts: 1,
        destinationConfig: { onFailure: { destinationArn: queueArn('lost') } },
      },
      others: [queue('lost')],
      worker: (names) => (names.includes('a:0') ? broken : done),
      dispatch: async (call, next) => {
        if (call.service !== 'sqs') return next();
        expect(call).toMatchObject({ operation: 'SendMessage', caller, input: { QueueUrl: queueUrl('lost') } });
        messages.push(JSON.parse(String(call.input.MessageBody)));
        return {};
      },
    });
    await settled(mappings, () => expect(batches).toEqual([['a:0', 'a:1'], ['a:0', 'a:1'], ['a:2']]));
    expect(messages).toEqual([
      expect.objectContaining({
        requestContext: expect.objectContaining({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 }),
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        DDBStreamBatchInfo: expect.objectContaining({ batchSize: 2, streamArn: streamArn('items') }),
      }),
    ]);
  });

  it('loses only what is older than the mapping allows', async () => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0', 'a:1');
    const old = Date.now() / 1000 - 120;
    const { mappings, batches } = await start(dynamo, {
      inputs: { maximumRecordAgeInSeconds: 60 },
      worker: () => done,
      dispatch: async (_call, next) => {
        const answer = (await next()) as { Records?: { dynamodb: { NewImage: { n: { N: string } } } }[] };
        for (const { dynamodb } of answer.Records ?? []) {
          if (dynamodb.NewImage.n.N === '0') Object.assign(dynamodb, { ApproximateCreationDateTime: old });
        }
        return answer;
      },
    });
    await settled(mappings, () => expect(batches).toEqual([['a:1']]));
  });

  it('is tried again after a throttle, which is no retry and splits nothing', async () => {
    const dynamo = await openTable();
    await write(dynamo, 'a:0', 'a:1');
    let throttles = 3;
    const { mappings, batches } = await start(dynamo, {
      inputs: { maximumRetryAttempts: 0, bisectBatchOnFunctionError: true },
      worker: () => {
        if (throttles-- > 0) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
        return done;
      },
    });
    const both = ['a:0', 'a:1'];
    await settled(mappings, () => expect(batches).toEqual([both, both, both, both]));
  });
});
