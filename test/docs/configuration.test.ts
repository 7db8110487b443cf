import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { readProject } from 'pulumi-local';
import { beforeAll, describe, expect, it } from 'vitest';
import { keys, readConfig } from '../../infra/config.ts';

const root = join(import.meta.dirname, '../..');

beforeAll(() =>
  pulumi.runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'foldcast', 'dev'),
);

const documented = async (): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(join(root, 'docs/configuration.md'), 'utf8');
  const rows = text.matchAll(/^\| `foldcast:(\w+)` \| (?:`([^`]*)`)? ?\| \S.*\|$/gm);
  return new Map(Array.from(rows, ([, key = '', value = '']) => [key, value]));
};

it('documents every key that there is, and no other', async () => {
  expect([...(await documented()).keys()].toSorted()).toEqual(keys.toSorted());
});

it('documents the defaults as they are', async () => {
  pulumi.runtime.setAllConfig({});
  const config = readConfig() as Readonly<Record<string, unknown>>;
  for (const [key, value] of await documented())
    expect([key, value]).toEqual([key, config[key] === undefined ? '' : JSON.stringify(config[key])]);
});

describe.each(['dev', 'prod'])('Pulumi.%s.yaml', (stack) => {
  it('is taken, with what is commented out in it too', async () => {
    const file = await readFile(join(root, `Pulumi.${stack}.yaml`), 'utf8');
    const commented = [...file.matchAll(/^ {2}# (foldcast:(\w+)): /gm)].map(([, , key]) => key);
    for (const key of commented) expect(keys).toContain(key);
    const { config } = await readProject(root, stack);
    pulumi.runtime.setAllConfig({ ...config });
    expect(() => readConfig()).not.toThrow();
  });
});
