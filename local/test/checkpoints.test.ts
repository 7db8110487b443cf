import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Checkpoints, fileCheckpoints, memoryCheckpoints } from '../checkpoints.ts';

const folderOfTest = async (): Promise<string> => {
  const parent = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, 'not', 'there', 'yet');
};

const kinds: readonly (readonly [string, () => Promise<Checkpoints>])[] = [
  ['in memory', async () => memoryCheckpoints()],
  ['in files', async () => fileCheckpoints(await folderOfTest())],
];

describe.each(kinds)('checkpoints %s', (_, create) => {
  it('are not there before they are set', async () => {
    expect(await (await create()).get('fold')).toBeUndefined();
  });

  it('hold what was set last, each key its own', async () => {
    const checkpoints = await create();
    const key = 'fold/arn:aws:dynamodb:us-east-1:0:table/heads/stream/2000-01-01T00:00:00.000/shard-1';
    await checkpoints.set(key, '41');
    await checkpoints.set(key, '42');
    await checkpoints.set(`${key}/..`, '7');
    expect([await checkpoints.get(key), await checkpoints.get(`${key}/..`)]).toEqual(['42', '7']);
  });
});

describe('checkpoints in files', () => {
  it('are there for the next who opens the folder', async () => {
    const folder = await folderOfTest();
    await (await fileCheckpoints(folder)).set('a/b', '5');
    expect(await (await fileCheckpoints(folder)).get('a/b')).toBe('5');
    expect(await readdir(folder)).toEqual(['a%2Fb']);
  });

  it('stand as they were when the next one was cut off half-way', async () => {
    const folder = await folderOfTest();
    const checkpoints = await fileCheckpoints(folder);
    await checkpoints.set('fold', '41');
    await writeFile(join(folder, 'fold.new'), '4');
    expect(await checkpoints.get('fold')).toBe('41');
    await checkpoints.set('fold', '42');
    expect(await checkpoints.get('fold')).toBe('42');
  });

  it('say so when they cannot be read, instead of starting over', async () => {
    const folder = await folderOfTest();
    const checkpoints = await fileCheckpoints(join(folder, 'fold'));
    const above = await fileCheckpoints(folder);
    await expect(above.get('fold')).rejects.toThrow('EISDIR');
    await expect(checkpoints.get('fold')).resolves.toBeUndefined();
  });
});
