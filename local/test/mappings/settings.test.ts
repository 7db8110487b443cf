import { expect, it } from 'vitest';
import { mappingSettings } from '../../mappings/settings.ts';
import { streamArn } from '../dynamodb/tables.ts';
import { functionArn, mappingGraph, queue, queueArn, queueUrl } from './graph.ts';

const stream = { eventSourceArn: streamArn('items'), startingPosition: 'TRIM_HORIZON' };
const jobs = { eventSourceArn: queueArn('jobs') };
const ordered = { eventSourceArn: queueArn('ordered.fifo') };

it("has AWS's defaults", () => {
  const shared = { name: 'feed', functionArn, functionVersion: '$LATEST', windowMs: 0, partialFailures: false };
  expect(mappingSettings(mappingGraph(stream))).toEqual([
    {
      ...shared,
      kind: 'stream',
      source: stream.eventSourceArn,
      batchSize: 100,
      startingPosition: 'TRIM_HORIZON',
      lanes: 1,
      bisect: false,
      retries: undefined,
      maximumAgeMs: undefined,
      onFailureQueueUrl: undefined,
    },
  ]);
  expect(mappingSettings(mappingGraph(jobs, { others: [queue('jobs')] }))).toEqual([
    {
      ...shared,
      kind: 'queue',
      source: jobs.eventSourceArn,
      batchSize: 10,
      queueUrl: queueUrl('jobs'),
      fifo: false,
      maximumConcurrency: undefined,
    },
  ]);
});

it('leaves out a mapping that is not enabled', () => {
  expect(mappingSettings(mappingGraph({ ...stream, enabled: false }))).toEqual([]);
});

it.each([
  [{ ...stream, filterCriteria: { filters: [] } }, 'filterCriteria has no local counterpart'],
  [{ ...stream, scalingConfig: { maximumConcurrency: 2 } }, 'scalingConfig has no local counterpart'],
  [{ ...stream, startingPosition: undefined }, 'startingPosition must be a text'],
  [{ ...stream, startingPosition: 'AT_TIMESTAMP' }, 'startingPosition must be TRIM_HORIZON or LATEST'],
  [{ ...stream, parallelizationFactor: 11 }, 'parallelizationFactor must be a whole number from 1 to 10'],
  [{ ...stream, batchSize: 10_001 }, 'batchSize must be a whole number from 1 to 10000'],
  [{ ...stream, functionName: 'nobody' }, 'functionName nobody is no function of the program'],
  [{ ...stream, functionResponseTypes: ['All'] }, 'functionResponseTypes holds "All"'],
  [{ ...stream, destinationConfig: { onFailure: { destinationArn: queueArn('none') } } }, 'destinationConfig'],
  [{ ...jobs, batchSize: 11 }, 'batchSize above 10 needs a maximumBatchingWindowInSeconds'],
  [{ ...ordered, batchSize: 11 }, 'batchSize must be 10 at most for a FIFO queue'],
  [{ ...ordered, batchSize: 11, maximumBatchingWindowInSeconds: 1 }, 'batchSize must be 10 at most for a FIFO queue'],
  [
    { ...ordered, maximumBatchingWindowInSeconds: 1 },
    'maximumBatchingWindowInSeconds must be 0 or left out for a FIFO',
  ],
  [{ ...stream, destinationConfig: { onFailure: { destinationArn: ordered.eventSourceArn } } }, 'not a FIFO one'],
  [{ ...jobs, scalingConfig: { maximumConcurrency: 1 } }, 'scalingConfig must have a maximumConcurrency from 2'],
  [{ ...jobs, bisectBatchOnFunctionError: true }, 'bisectBatchOnFunctionError has no local counterpart'],
  [{ eventSourceArn: queueArn('none') }, 'eventSourceArn arn:aws:sqs:us-east-1:000000000000:none is no SQS queue'],
  [{ eventSourceArn: 'arn:aws:kinesis:us-east-1:0:stream/x' }, 'is neither a DynamoDB stream nor an SQS queue'],
])('refuses, naming the mapping and the input: %j', (inputs, message) => {
  const read = () =>
    mappingSettings(mappingGraph(inputs, { others: [queue('jobs'), queue('ordered.fifo', { fifoQueue: true })] }));
  expect(read).toThrow('Event source mapping "feed" cannot run here: its ');
  expect(read).toThrow(message);
});

it("refuses a queue whose visibility timeout is less than the function's timeout", () => {
  const others = [queue('jobs', { visibilityTimeoutSeconds: 59 })];
  expect(() => mappingSettings(mappingGraph(jobs, { others, timeout: 60 }))).toThrow('a visibility timeout of 59 s');
  expect(mappingSettings(mappingGraph(jobs, { others, timeout: 59 }))).toHaveLength(1);
});
