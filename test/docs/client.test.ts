import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { blocks } from './blocks.ts';

/** What the snippets of docs/client.md leave to their reader: where a token comes from, and how something is shown. */
const left = `import { connect, Refused } from 'foldcast-client';
import { chat, counter } from 'foldcast-client/kinds';
declare const fetchToken: () => Promise<string>;
declare const show: (text: string) => void;
`;

it('shows a chat of fifteen lines, and code that compiles', async () => {
  const [guide, readme] = [await readFile('docs/client.md', 'utf8'), await readFile('client/README.md', 'utf8')];
  const [chat = ''] = blocks(guide, 'tsx');
  expect(chat.trim().split('\n').length).toBeLessThanOrEqual(15);
  const folder = 'dist/client-docs';
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'chat.tsx'), chat);
  await writeFile(join(folder, 'snippets.ts'), left + blocks(guide, 'ts').join(''));
  await writeFile(join(folder, 'readme.ts'), blocks(readme, 'ts').join(''));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../examples/tsconfig.json', include: ['.'], exclude: [] }),
  );
  const tsc = 'node_modules/typescript/bin/tsc';
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(({ stdout }) => expect.fail(stdout));
});
