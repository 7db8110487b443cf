import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createRemarks, type Remarks } from '../../reload/remarks.ts';
import { until } from '../until.ts';

/** A program with remarks, and what is said of them. */
const remarksOf = async (program: string): Promise<Remarks & { readonly said: readonly string[] }> => {
  const project = await mkdtemp(join(tmpdir(), 'remarks-'));
  onTestFinished(() => rm(project, { recursive: true }));
  await writeFile(join(project, 'check.mjs'), program);
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const remarks = createRemarks({ file: 'check.mjs', project, port: 3000, stack: 'dev', say });
  onTestFinished(remarks.close);
  return { ...remarks, said };
};

const isThere = (pid = Number.NaN): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('says what a program prints, which is told what was saved and where it runs', async () => {
  const { ask, said } = await remarksOf(`
    const { PULUMI_LOCAL_PORT: port, PULUMI_LOCAL_STACK: stack, PULUMI_LOCAL_CHANGED: changed } = process.env;
    console.log(stack + ' on ' + port + ': ' + JSON.stringify(changed));`);
  ask([]);
  await until('it is said', () => said.length === 1);
  ask(['a.ts', 'b.ts']);
  await until('it is said', () => said.length === 2);
  expect(said).toEqual(['dev on 3000: ""', 'dev on 3000: "a.ts\\nb.ts"']);
});

it('says 20 lines and no more', async () => {
  const { ask, said } = await remarksOf(`
    for (let line = 1; line <= 30; line += 1) console.log(process.env.PULUMI_LOCAL_CHANGED + line);`);
  ask(['a']);
  await until('it is said', () => said.includes('a20'));
  ask(['b']);
  await until('it is said', () => said.includes('b20'));
  expect(said).toHaveLength(40);
});

it('ends what it was at when more is saved', async () => {
  const { ask, said } = await remarksOf(`
    console.log(process.pid);
    setInterval(() => {}, 1000);`);
  ask([]);
  await until('it is said', () => said.length === 1);
  ask([]);
  await until('it is said', () => said.length === 2);
  const [first, second] = said.map(Number);
  await until('the first has ended', () => !isThere(first));
  expect(isThere(second)).toBe(true);
});
