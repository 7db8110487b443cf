import type { Graph, InvokeResult, Resource } from '../../aws.ts';

const resource = (
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown>,
): Resource => ({
  type,
  name,
  urn: `urn:pulumi:test::test::${type}::${name}`,
  inputs,
  outputs: { name, ...outputs },
  dependencies: [],
});

export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
export const queueUrl = (name: string) => `http://127.0.0.1/000000000000/${name}`;

export const queue = (name: string, inputs: Record<string, unknown> = {}) =>
  resource('aws:sqs/queue:Queue', name, inputs, { arn: queueArn(name), url: queueUrl(name) });

/** A graph of one function, `worker`, one mapping to it, `feed`, and what else the mapping names. */
export const mappingGraph = (
  inputs: Record<string, unknown>,
  { others = [], timeout = 3 }: { others?: readonly Resource[]; timeout?: number } = {},
): Graph => ({
  port: 4000,
  resources: [
    resource('aws:lambda/function:Function', 'worker', { timeout }, { arn: functionArn }),
    resource('aws:lambda/eventSourceMapping:EventSourceMapping', 'feed', { functionName: 'worker', ...inputs }, {}),
    ...others,
  ],
  outputs: {},
});

export const caller = { kind: 'function', name: 'worker', role: 'arn:aws:iam::000000000000:role/worker' } as const;
export const done: InvokeResult = { ok: true, value: null };
export const broken: InvokeResult = { ok: false, errorType: 'Error', errorMessage: 'broken' };
/** What a function answers that could not work on some of a batch. */
export const failing = (...ids: readonly unknown[]): InvokeResult => ({
  ok: true,
  value: { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) },
});
