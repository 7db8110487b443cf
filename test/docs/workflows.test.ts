import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly if?: string; readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }
    >
  >;
}

const folder = '.github/workflows';
const names = await readdir(folder);
const read = async (name: string) => {
  const text = await readFile(`${folder}/${name}`, 'utf8');
  return { text, workflow: parse(text) as Workflow };
};

it.each(names)('%s names every action by its commit, and says which version that is', async (name) => {
  const { text } = await read(name);
  const used = [...text.matchAll(/^ +- uses: (.*)$/gm)].map(([, uses = '']) => uses);
  expect(used.length).toBeGreaterThan(0);
  for (const uses of used) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

it.each(names)('%s may do what it needs and no more', async (name) => {
  const { workflow } = await read(name);
  const needed = {
    'check.yml': { contents: 'read' },
    'preview.yml': { contents: 'read', 'id-token': 'write', 'pull-requests': 'write' },
  };
  const deploys = { contents: 'read', 'id-token': 'write' };
  expect(workflow.permissions).toEqual(needed[name as keyof typeof needed] ?? deploys);
});

it.each(names.filter((name) => name !== 'check.yml'))('%s is off until somebody turns it on', async (name) => {
  const { workflow } = await read(name);
  for (const job of Object.values(workflow.jobs)) expect(job.if).toMatch(/^vars\.DEPLOY == 'true'/);
});

it.each(names)('%s runs what there is, and no text of strangers', async (name) => {
  const { workflow } = await read(name);
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
  const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run = [] }) => run));
  for (const [, script = ''] of runs.join('\n').matchAll(/npm run (\w+)/g)) expect(scripts).toHaveProperty([script]);
  expect(runs.filter((run) => run.includes('${{'))).toEqual([]);
});
