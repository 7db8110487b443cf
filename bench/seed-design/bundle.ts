import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { buildSync } from 'esbuild';

/** The handlers and the SDK in one file, as foldcast's own functions are, so that both run the same SDK. */
export const bundle = (): pulumi.asset.Archive => {
  const folder = join(import.meta.dirname, '../../dist/seed-design');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'handlers.ts')],
    outfile: join(folder, 'handlers.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
    logLevel: 'silent',
  });
  return new pulumi.asset.FileArchive(folder);
};
