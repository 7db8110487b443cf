/** All of the client in one file, for a page without tools: `import { connect } from './browser.js'`. */
export * from './index.ts';
export * from './keep.ts';
export * from './kinds.ts';
export * from './upload.ts';
