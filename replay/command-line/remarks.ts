/**
 * What `npm start` runs beside it at the start, and whenever what is saved runs: names rooms that the edited rules would make otherwise than those
 * before. Where the rules are what they were, it has nothing to do.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

enableCompileCache();
const folder = process.cwd();
const port = Number(process.env.PULUMI_LOCAL_PORT);
/** The rules of the last time, as one file that can be loaded. */
const kept = join(folder, `.foldcast/rules-${port}.mjs`);

const { outputFiles } = await build({
  absWorkingDir: folder,
  entryPoints: ['domain/registry.ts'],
  bundle: true,
  packages: 'external',
  format: 'esm',
  // A comment more is no other rule.
  minify: true,
  logLevel: 'silent',
  write: false,
});
const now = outputFiles[0]?.text ?? '';
const isStart = process.env.PULUMI_LOCAL_CHANGED === '';
const before = isStart ? undefined : await readFile(kept, 'utf8').catch(() => undefined);
if (before !== undefined && before !== now) {
  const [{ remarksOn }, { registry: old }] = await Promise.all([
    import('./edited-rooms.ts'),
    import(pathToFileURL(kept).href),
  ]);
  for await (const line of remarksOn(old, { folder, port })) console.log(line);
}
await mkdir(join(folder, '.foldcast'), { recursive: true });
await writeFile(kept, now);
