import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { BadInput } from './bad-input.ts';
import { askPulumi } from './pulumi.ts';

/** What `pulumi stack export` prints, as far as it is read here. All else stays as it is. */
const exportSchema = z.looseObject({
  deployment: z.looseObject({ resources: z.array(z.looseObject({ type: z.string(), id: z.string().optional() })) }),
});

type Properties = Readonly<Record<string, unknown>>;

const renamed = (properties: unknown, from: string, to: string): Properties =>
  Object.fromEntries(
    Object.entries((properties ?? {}) as Properties).map(([key, value]) => {
      if (key === 'id' || key === 'name') return [key, value === from ? to : value];
      // The stream is the old table's: a refresh asks what the new one has.
      if (key === 'streamArn' || key === 'streamLabel') return [key, ''];
      if (key === 'arn' && typeof value === 'string') return [key, value.replace(`:table/${from}`, `:table/${to}`)];
      return [key, value];
    }),
  );

/**
 * The state of a stack in which a table of another name stands in the place of one: for `pulumi stack import`. Nothing is made or removed:
 * the next `pulumi up --refresh` sets on the new table what the program says, and the old one is nobody's any more.
 *
 * Throws `BadInput` where the stack has no such table, or one resource is that other table already.
 */
export const adopted = (exported: string, from: string, to: string): string => {
  const state = exportSchema.parse(JSON.parse(exported));
  const isTable = (id: string) => (each: { readonly type: string; readonly id?: string | undefined }) =>
    each.type === 'aws:dynamodb/table:Table' && each.id === id;
  const { resources } = state.deployment;
  if (!resources.some(isTable(from)))
    throw new BadInput(`The stack has no table ${from}: pulumi stack --show-ids lists them.`);
  if (resources.some(isTable(to))) throw new BadInput(`The stack has the table ${to} already: name another one.`);
  const changed = resources.map((each) =>
    isTable(from)(each)
      ? { ...each, id: to, inputs: renamed(each.inputs, from, to), outputs: renamed(each.outputs, from, to) }
      : each,
  );
  return JSON.stringify({ ...state, deployment: { ...state.deployment, resources: changed } });
};

/** Has the state of a stack name other tables for its own: pairs of the old name and the new one. Throws `BadInput` as `adopted` does. */
export const adopt = async (
  stack: string,
  folder: string,
  names: readonly (readonly [string, string])[],
): Promise<void> => {
  const before = await askPulumi(['stack', 'export', '--stack', stack], folder);
  const after = names.reduce((state, [from, to]) => adopted(state, from, to), before);
  const own = await mkdtemp(join(tmpdir(), 'foldcast-restore-'));
  try {
    const file = join(own, 'state.json');
    await writeFile(file, after, { mode: 0o600 });
    await askPulumi(['stack', 'import', '--stack', stack, '--file', file], folder);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};
