import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../infra/main.js');

it('says what to do to a Node that does not run TypeScript, which `pulumi up` without npx may find', async () => {
  // As Pulumi does, it is imported.
  const program = `import(${JSON.stringify(main)}).then(() => console.log('runs'), ({ message }) => console.log(message))`;
  const { stdout } = await run(process.execPath, ['--no-experimental-strip-types', '--eval', program]);
  expect(stdout).toBe(
    `This program is TypeScript, which Node runs from version 24 on, and this is Node ${process.version}. "npm ci" brings the right one with it: run "npx pulumi up" instead of "pulumi up", or put node_modules/.bin first in your PATH.\n`,
  );
});
