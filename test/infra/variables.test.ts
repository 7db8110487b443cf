import * as pulumi from '@pulumi/pulumi';
import { beforeAll, expect, it } from 'vitest';
import { checkedVariables, checkSize } from '../../infra/variables.ts';

beforeAll(() =>
  pulumi.runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'foldcast', 'dev'),
);

it.each(['_TABLE', '1ST', 'A', 'MY-TABLE'])('refuses a variable named %s, as Lambda would half-way', (name) => {
  expect(() => checkedVariables('fold', { [name]: 'x' })).toThrow(`Rename the variable ${name} of function fold`);
});

it('refuses an environment that is larger than Lambda takes before anything is changed, and names what is most of it', () => {
  const variables = { TABLE: 'log', DEFAULT_ROOMS: 'x'.repeat(4096) };
  expect(() => checkedVariables('connect', variables)).toThrow(
    /^Configure less for function connect: its environment has \d+ bytes, and Lambda takes 4096\. Most of it is DEFAULT_ROOMS\.$/,
  );
});

it('counts what only AWS can tell once it has told it', async () => {
  // Fits as far as it is known: the rest is looked at when it is.
  const all: unknown = await new Promise((resolve) =>
    checkedVariables('connect', { ORIGINS: 'x'.repeat(3000), TABLE: pulumi.output('log') }).apply(resolve),
  );
  expect(all).toMatchObject({ TABLE: 'log' });
  expect(() => checkSize('connect', { ORIGINS: 'x'.repeat(3000), TABLE: 'x'.repeat(1100) })).toThrow(
    'Most of it is ORIGINS.',
  );
});
