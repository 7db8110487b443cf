import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const folder = 'dist/readme';

/** The code blocks of the README in one language. */
const blocks = async (language: string): Promise<readonly string[]> => {
  const readme = await readFile('README.md', 'utf8');
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code);
};

it('shows a kind and a test that compile and pass', async () => {
  const [kind = '', test = ''] = await blocks('ts');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'light.ts'), kind.replace('../kind.ts', '../../domain/kind.ts'));
  const placed = test
    .replace('../given.ts', '../../test/domain/given.ts')
    .replace('../../../domain/kinds/light.ts', './light.ts');
  await writeFile(join(folder, 'light.test.ts'), placed);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['.'], exclude: [] }),
  );
  const run = promisify(execFile);
  const node = process.execPath;
  await run(node, ['node_modules/typescript/bin/tsc', '-p', folder]);
  const { stdout } = await run(node, ['node_modules/vitest/vitest.mjs', 'run', '--root', folder]);
  expect(stdout).toMatch(/1 passed/);
});

it('names no script that is not there', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = (await blocks('sh')).join('\n').matchAll(/npm run ([\w:]+)/g);
  for (const [, script = ''] of named) expect(scripts).toHaveProperty([script]);
});
