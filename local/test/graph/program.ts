import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Graph, Say } from '../../aws.ts';
import { readGraph } from '../../graph/read.ts';

/** The files of a Pulumi project beside its program; anything not given is as plain as can be. */
export interface Files {
  readonly project?: string;
  readonly stack?: string;
}

/** Reads the graph of a program that is given as text, in a project folder of its own that is gone after the test. */
export const graphOf = async (program: string, files: Files = {}, say?: Say): Promise<Graph> => {
  const folder = await mkdtemp(join(tmpdir(), 'graph-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'infra'));
  await symlink(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'Pulumi.yaml'), files.project ?? 'name: shop\nruntime: nodejs\nmain: infra/index.ts\n');
  await writeFile(join(folder, 'Pulumi.test.yaml'), files.stack ?? 'config:\n  aws:region: us-east-1\n');
  await writeFile(
    join(folder, 'infra/index.ts'),
    `import * as pulumi from '@pulumi/pulumi';\nimport * as aws from '@pulumi/aws';\n${program}\n`,
  );
  return readGraph({ project: folder, stack: 'test', port: 4000, ...(say && { say }) });
};

/** The one resource of a graph with this logical name. */
export const named = (graph: Graph, name: string) => {
  const [found, ...more] = graph.resources.filter((resource) => resource.name === name);
  if (found === undefined || more.length > 0)
    throw new Error(`${more.length + (found ? 1 : 0)} resources are named ${name}`);
  return found;
};
