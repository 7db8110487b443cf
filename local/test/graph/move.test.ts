import { expect, it } from 'vitest';
import { atPort } from '../../graph/move.ts';

const type = 'aws:sqs/queue:Queue';
const graphAt = (port: number) => ({
  port,
  resources: [
    {
      type,
      name: 'orders',
      urn: `urn:pulumi:test::shop::${type}::orders`,
      inputs: {
        tags: ['orders', 'port 4000'],
        maxMessageSize: 4000,
        policy: `{"from":"http://127.0.0.1:${port}/orders"}`,
      },
      outputs: { url: `http://127.0.0.1:${port}/000000000000/orders`, other: 'http://127.0.0.1:40001/' },
      dependencies: [],
    },
  ],
  outputs: { stage: `ws://localhost:${port}/dev`, aws: 'https://sqs.us-east-1.amazonaws.com:4000/', none: null },
});

it('names another port in the local URLs of a graph, and leaves all else alone', () => {
  expect(atPort(graphAt(4000), 51_234)).toEqual(graphAt(51_234));
  expect(atPort(graphAt(4000), 4000)).toEqual(graphAt(4000));
});
