import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filePositions, memoryPositions, type Positions } from '../positions.ts';

const folderOfTest = async (): Promise<string> => {
  const parent = await mkdtemp(join(tmpdir(), 'positions-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, 'not', 'there', 'yet');
};

const kinds: readonly (readonly [string, () => Promise<Positions>])[] = [
  ['in memory', async () => memoryPositions()],
  ['in files', async () => filePositions(await folderOfTest())],
];

describe.each(kinds)('positions %s', (_, create) => {
  it('are not there before they are set', async () => {
    expect(await (await create()).get('fold')).toBeUndefined();
  });

  it('hold what was set last, each key its own', async () => {
    const positions = await create();
    const key = 'fold/arn:aws:dynamodb:us-east-1:0:table/heads/stream/2000-01-01T00:00:00.000/shard-1';
    await positions.set(key, '41');
    await positions.set(key, '42');
    await positions.set(`${key}/..`, '7');
    expect([await positions.get(key), await positions.get(`${key}/..`)]).toEqual(['42', '7']);
  });
});

describe('positions in files', () => {
  it('are there for the next who opens the folder', async () => {
    const folder = await folderOfTest();
    await (await filePositions(folder)).set('a/b', '5');
    expect(await (await filePositions(folder)).get('a/b')).toBe('5');
    expect(await readdir(folder)).toEqual(['a%2Fb']);
  });

  it('stand as they were when the next one was cut off half-way', async () => {
    const folder = await folderOfTest();
    const positions = await filePositions(folder);
    await positions.set('fold', '41');
    await writeFile(join(folder, 'fold.new'), '4');
    expect(await positions.get('fold')).toBe('41');
    await positions.set('fold', '42');
    expect(await positions.get('fold')).toBe('42');
  });

  it('say so when they cannot be read, instead of starting over', async () => {
    const folder = await folderOfTest();
    const positions = await filePositions(join(folder, 'fold'));
    const above = await filePositions(folder);
    await expect(above.get('fold')).rejects.toThrow('EISDIR');
    await expect(positions.get('fold')).resolves.toBeUndefined();
  });
});
