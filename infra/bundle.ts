import { hash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { build, type OutputFile } from 'esbuild';

const project = join(import.meta.dirname, '..');
/** The local runtime says that it is the one who reads this program. */
const isLocal = process.env.PULUMI_LOCAL !== undefined;
const outdir = join(project, 'dist', isLocal ? 'local' : 'functions');

/** The functions that there are: the folders of `functions/` with an `index.ts`, which exports `handler`. */
const folders: readonly string[] = readdirSync(join(project, 'functions')).filter((name) =>
  existsSync(join(project, 'functions', name, 'index.ts')),
);

/**
 * A hash of the rules of all kinds, for the local runtime alone: there rules change without a new version, and recorded states say which
 * made them. On AWS there is none, so that the functions' bytes don't change with a comment, and no room is folded afresh for one.
 */
const rulesHash = async (): Promise<string | undefined> => {
  if (!isLocal) return undefined;
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: ['domain/registry.ts'],
    bundle: true,
    packages: 'external',
    format: 'esm',
    minify: true,
    logLevel: 'silent',
    write: false,
  });
  return hash('sha256', outputFiles[0]?.contents ?? '').slice(0, 16);
};

const bundleAll = async (): Promise<void> => {
  const { outputFiles } = await build({
    define: { RULES_HASH: JSON.stringify(await rulesHash()) ?? 'undefined' },
    absWorkingDir: project,
    entryPoints: folders.map((name) => ({ in: join('functions', name, 'index.ts'), out: join(name, 'index') })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // On AWS each function is alone. Here what several have in common is written once, in a quarter of the time: a saved file runs within a second.
    splitting: isLocal,
    chunkNames: 'shared/[hash]',
    // The SDK comes along, in the version that the tests ran with and with only what is used: Lambda's own is larger and
    // changes under our feet. Its ES modules, which are the smaller, are not what platform `node` would prefer.
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'linked',
    // Maps are for stack traces. With the sources in them they would be most of what a cold start has to fetch.
    sourcesContent: false,
    // CommonJS dependencies ask for Node's modules with `require`, which an ES module does not have.
    banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
    logLevel: 'silent',
    write: false,
  });
  await Promise.all(outputFiles.map(writeIfChanged));
};

/** Leaves an unchanged file alone, and replaces a changed one as a whole: a local runtime may be loading these very files. */
const writeIfChanged = async ({ path, contents }: OutputFile): Promise<void> => {
  const before = await readFile(path).catch(() => undefined);
  if (before?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const written = join(outdir, `${randomUUID()}.tmp`);
  await writeFile(written, contents);
  await rename(written, path);
};

/**
 * All functions in one run of esbuild, which starts when this file is imported and works in a process of its own while the
 * program goes on. The same sources give the same bytes, so that an update leaves functions alone that did not change.
 */
const bundled = bundleAll();
// `bundleOf` rejects with the failure. Without this line, a failure before the first call would end the process as unhandled.
bundled.catch(() => {});

/**
 * The code of a function: a folder with `index.mjs` and its source map. Rejects with esbuild's message when it does not build.
 *
 * Throws a `RunError` of one sentence for a function that does not exist.
 */
export const bundleOf = (name: string): Promise<pulumi.asset.Archive> => {
  if (!folders.includes(name)) {
    throw new pulumi.RunError(
      `Write functions/${name}/index.ts, or correct the name: the functions that there are are ${folders.join(', ')}.`,
    );
  }
  return bundled.then(() => new pulumi.asset.FileArchive(join(outdir, name)));
};

/** Throws a `RunError` of one sentence for a function that is written and never deployed. */
export const refuseIdle = (deployed: readonly string[]): void => {
  const idle = folders.find((name) => !deployed.includes(name));
  if (idle !== undefined) {
    throw new pulumi.RunError(
      `Deploy functions/${idle}, or remove it: it has neither a line in infra/functions.ts nor a file of its own in infra/.`,
    );
  }
};
