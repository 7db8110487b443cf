#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets as far as saying that it is too old.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `pulumi-local runs on Node 24, and this is ${process.version}. If the project brings Node 24 with it as the npm package "node", start with npx or an npm script, and if that does not help run "npm ci" once more without --ignore-scripts.`,
  );
  process.exit(1);
}
await import('./main.ts');
