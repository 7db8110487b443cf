import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const pathOf = (file: string): string => (file.startsWith('file:') ? fileURLToPath(file) : file);

/** What Node puts before the stack of what it can't parse or link: `<file>:<line>`, some source, and carets below what is wrong. */
const drawn = ({ stack = '' }: Error) => {
  const [first = '', ...rest] = stack.split('\n');
  const [, file, line] = /^((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+)$/.exec(first) ?? [];
  if (file === undefined) return undefined;
  const carets = rest.slice(0, 6).find((each) => /^\s*\^+$/.test(each));
  return { file: pathOf(file), line: Number(line), column: carets === undefined ? undefined : carets.indexOf('^') + 1 };
};

/** `Build failed with 1 error:\n<file>:<line>:<column>: ERROR: <reason>`, as esbuild says it. */
const built = /^Build failed with \d+ errors?:\n(.+?:\d+:\d+): ERROR: (.+)$/m;

/**
 * A sentence with file, line and reason for sources that can't be read: a fault of syntax, an import of what there is not. `undefined` for whatever
 * else was thrown. Files are named from `folder` on.
 */
export const sourceFault = (error: unknown, folder: string): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const [, place, reason] = built.exec(error.message) ?? [];
  if (place !== undefined) return `${place}: ${reason}`;
  const sentence = error.message.split('\n')[0];
  const found = error instanceof SyntaxError ? drawn(error) : undefined;
  if (found) {
    const column = found.column === undefined ? '' : `:${found.column}`;
    return `${relative(folder, found.file)}:${found.line}${column}: ${sentence}`;
  }
  const [, missing, importer] = /^(Cannot find .+) imported from (.+)$/.exec(sentence ?? '') ?? [];
  return importer === undefined ? undefined : `${relative(folder, pathOf(importer))}: ${missing}`;
};
