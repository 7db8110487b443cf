// Plain JavaScript, so that a Node that can't run TypeScript gets as far as saying so.
import { RunError } from '@pulumi/pulumi';

if (!process.features.typescript) {
  throw new RunError(
    `This program is TypeScript, which Node runs from version 24 on, and this is Node ${process.version}. "npm ci" brings the right one with it: run "npx pulumi up" instead of "pulumi up", or put node_modules/.bin first in your PATH.`,
  );
}

/** What the program exports. */
export default await import('./index.ts');
