import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('local/ knows AWS, and does not know us', async () => {
  const files = globSync('local/**/*.*', { exclude: ['local/node_modules'] });
  const lines = await Promise.all(
    files.map(async (file) => (await readFile(file, 'utf8')).split('\n').map((line) => `${file}: ${line}`)),
  );
  expect(files).toContain('local/README.md');
  expect(lines.flat().filter((line) => /\b(foldcast|web|rooms?)\b/i.test(line))).toEqual([]);
});
