import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from '../../../system/project.ts';
import { foldcast, folderWithExport, objects } from '../foldcast.ts';
import { counterPages, room } from '../rooms.ts';

const run = promisify(execFile);

/** Runs the test that was printed, with a counter whose `refusal` is this. */
const passes = async (test: string, refusal: string): Promise<boolean> => {
  const folder = join(root, 'dist/shrink');
  await mkdir(folder, { recursive: true });
  const rules = await readFile(join(root, 'domain/kinds/counter.ts'), 'utf8');
  const kind = rules.replace("'../kind.ts'", "'../../domain/kind.ts'").replace('() => undefined', () => refusal);
  await writeFile(join(folder, 'counter.ts'), kind);
  const placed = test
    .replace("'../../../domain/kinds/counter.ts'", "'./counter.ts'")
    .replace("'../given.ts'", "'../../test/domain/given.ts'");
  await writeFile(join(folder, 'counter.test.ts'), placed);
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder];
  return run(process.execPath, args).then(
    () => true,
    ({ stdout }) => {
      expect(stdout).toContain('1 failed');
      return false;
    },
  );
};

it('prints a test that fails, and passes when the fault is mended', async () => {
  const folder = await folderWithExport(counterPages('++-', '+-+', '----'));
  const { code, stdout, stderr } = await foldcast(['shrink', room, 'state <= -1', '--file', 'log.ndjson'], { folder });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^1 event of 10 will do; \d+ sequences tried\./)]);
  expect(await passes(stdout, '() => undefined')).toBe(false);
  expect(await passes(stdout, "(value, { type }) => (type === 'minus' && value <= 0 ? 'below-zero' : undefined)")).toBe(
    true,
  );
});

it('gives machines the events, and ends with 1 where it is not true', async () => {
  const folder = await folderWithExport(counterPages('++-', '+'));
  const onFile = (...args: readonly string[]) =>
    foldcast(['shrink', room, ...args, '--file', 'log.ndjson'], { folder });
  const [found] = objects(await onFile('state === 2', '--json'));
  expect(found).toMatchObject({ room, version: 4, state: 2, events: [{ type: 'plus' }, { type: 'plus' }] });
  expect(objects(await onFile('state === 1', '--at', '3', '--json'))).toEqual([expect.objectContaining({ state: 1 })]);
  expect(await onFile('state > 9')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('is not true of version 4'),
  });
});
