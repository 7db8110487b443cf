import { expect, it } from 'vitest';
import type { Graph, Resource } from '../../aws.ts';
import { keptOtherwise } from '../../reload/kept.ts';

const resource = (type: string, name: string, inputs: Resource['inputs'] = {}): Resource => ({
  ...{ type, name, urn: `${type}::${name}`, inputs, outputs: {}, dependencies: [] },
});
const graph = (...resources: readonly Resource[]): Graph => ({ port: 1, resources, outputs: {} });
const orders = resource('aws:dynamodb/table:Table', 'orders', { hashKey: 'id' });

it('names what only a start can open: what keeps something and is new, gone or otherwise', () => {
  const other = resource('aws:dynamodb/table:Table', 'orders', { hashKey: 'number' });
  expect(keptOtherwise(graph(), graph(orders))).toMatch(/“orders” is new, .*: end and start again\.$/);
  expect(keptOtherwise(graph(orders), graph())).toMatch(/“orders” is gone/);
  expect(keptOtherwise(graph(orders), graph(other))).toMatch(/“orders” is not as it was/);
});

it('has nothing against the rest', () => {
  const role = resource('aws:iam/role:Role', 'keep');
  expect(keptOtherwise(graph(orders), graph({ ...orders, inputs: { hashKey: 'id' } }, role))).toBeUndefined();
});
