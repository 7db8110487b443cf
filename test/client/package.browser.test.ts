import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import type { Browser } from 'playwright-core';
import sirv from 'sirv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../system/project.ts';
import { launchBrowser } from '../web/browser.ts';
import { freePort, type Runtime, startRuntime } from '../web/runtime.ts';

const run = promisify(execFile);
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

let folder: string;
let tarball: string;
let runtime: Runtime;
let url: string;
let browser: Browser;
let server: Server;

/** What somebody has who installed the package into an empty folder, and nothing of this repository but its compiler and bundler. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-package-'));
  const port = await freePort();
  url = `ws://localhost:${port}/dev`;
  await run('npm', ['run', 'build', '-w', 'foldcast-client'], { cwd: root });
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: join(root, 'dist/client') });
  tarball = join(folder, JSON.parse(packed.stdout)[0].filename);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: folder });
  server = createServer((request, response) => sirv(folder, { dev: true })(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  [browser, runtime] = await Promise.all([launchBrowser(), startRuntime(port)]);
});
afterAll(async () => {
  server?.close();
  await browser?.close();
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Type-checks a program as strictly as TypeScript can, without this repository's settings. */
const compile = async (program: string, files: readonly string[]): Promise<void> => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
    module: 'nodenext',
    skipLibCheck: false,
    types: [],
  };
  await writeFile(join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  await run(bin('tsc'), ['-p', program]).catch(({ stdout }) => expect.fail(stdout));
};

/** Opens a page of the folder; its text when it says "done". */
const textOf = async (path: string): Promise<string | null> => {
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/${path}`);
  await expect.poll(() => page.locator('body').textContent(), { message: faults.join('\n') }).toMatch(/done$/);
  return page.locator('body').textContent();
};

const counting = `
const foldcast = connect(url, { kinds: [counter] });
const room = foldcast.join('counter/global-counter');
const { seq } = await room.do.plus();
`;

it('has types that every resolver of ES modules finds', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
  if (!analysis.types) expect.fail('The package has no types.');
  // CommonJS, and resolvers from before there was "exports", are not served.
  const served = analysis.problems.filter(
    (problem) => !('resolutionKind' in problem) || !/^node10$|cjs$/.test(problem.resolutionKind),
  );
  expect(served).toEqual([]);
});

it('has nothing that publint would have otherwise', async () => {
  const { stdout } = await run(bin('publint'), [join(root, 'dist/client'), '--strict']);
  expect(stdout).toContain('All good!');
});

it('works in a plain script of Node, and knows the types of rooms', async () => {
  await writeFile(
    join(folder, 'script.ts'),
    `import { connect } from 'foldcast-client';
import { counter } from 'foldcast-client/kinds';
const url = '${url}';
${counting}
const state: number | undefined = room.state;
console.log(state! >= 1, seq >= 1);
// @ts-expect-error the counter has no such action
const wrong: () => unknown = () => room.do.times();
foldcast.close();
declare const console: { log(...what: unknown[]): void };
`,
  );
  await compile(folder, ['script.ts']);
  const { stdout } = await run(process.execPath, ['script.ts'], { cwd: folder, timeout: 60_000 });
  expect(stdout).toBe('true true\n');
});

it('works in a Vite project', async () => {
  const project = join(folder, 'vite');
  await mkdir(project);
  await writeFile(join(project, 'index.html'), '<body><script type="module" src="./main.ts"></script></body>');
  await writeFile(
    join(project, 'main.ts'),
    `import { connect } from 'foldcast-client/signals';
import { counter } from 'foldcast-client/kinds';
import { idbKeep } from 'foldcast-client/keep';
import { upload } from 'foldcast-client/upload';
const url: string = '${url}';
${counting}
document.body.textContent = \`\${typeof idbKeep} \${typeof upload} \${seq > 0} \${room.state} done\`;
`,
  );
  await compile(project, ['main.ts']);
  await run(bin('vite'), ['build', project, '--base', './'], { cwd: folder });
  expect(await textOf('vite/dist/')).toMatch(/^function function true \d+ done$/);
});

it('works in a page without tools, as one file', async () => {
  await cp(join(folder, 'node_modules/foldcast-client/browser.js'), join(folder, 'foldcast.js'));
  await writeFile(
    join(folder, 'plain.html'),
    `<!doctype html><body><script type="module">
import { connect, counter } from './foldcast.js';
const url = '${url}';
${counting}
document.body.textContent = \`\${seq > 0} \${room.state} done\`;
</script></body>`,
  );
  expect(await textOf('plain.html')).toMatch(/^true \d+ done$/);
});
