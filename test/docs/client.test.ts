import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** The chat of docs/client.md. */
const chat = async (): Promise<string> => {
  const guide = await readFile('docs/client.md', 'utf8');
  return /```tsx\n(.*?)```/s.exec(guide)?.[1] ?? '';
};

it('shows a chat of fifteen lines that compiles', async () => {
  const code = await chat();
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(15);
  const folder = 'dist/client-guide';
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.tsx'), code);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../examples/tsconfig.json', include: ['.'], exclude: [] }),
  );
  const tsc = 'node_modules/typescript/bin/tsc';
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(({ stdout }) => expect.fail(stdout));
});
