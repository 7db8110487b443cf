/** Runs in a process of its own: checks the types of files as it is told to, and remembers what it has read. */
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import type TypeScript from 'typescript';
import { tellParent } from '../child.ts';

/** What it is told first. */
export interface Checking {
  readonly project: string;
  /** Files and folders of the project that its program is made of. */
  readonly paths: readonly string[];
}

/** What it is told then, again and again: files of the project that were changed. */
export interface Check {
  readonly files: readonly string[];
}

/** What it answers to each `Check`. */
export interface Checked {
  /** A sentence with its place. */
  readonly fault?: string;
}

const slashed = (path: string): string => path.split(sep).join('/');

const createCheck = (ts: typeof TypeScript, { project, paths }: Checking) => {
  const ours = paths.map((path) => `${slashed(join(project, path)).replace(/\/$/, '')}/`);
  const read = () =>
    ts.getParsedCommandLineOfConfigFile(
      join(project, 'tsconfig.json'),
      { noEmit: true },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
    );
  const options = read()?.options ?? {};
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  const parsed = new Map<string, TypeScript.SourceFile>();
  // Those of packages stay as they are, and ours are parsed where they say something else.
  host.getSourceFile = (file, ...rest) => {
    const before = parsed.get(file);
    if (before && (file.includes('/node_modules/') || before.text === ts.sys.readFile(file))) return before;
    const now = parse(file, ...rest);
    if (now) parsed.set(file, now);
    return now;
  };
  const importsOf = (file: string): readonly (string | undefined)[] =>
    ts
      .preProcessFile(ts.sys.readFile(file) ?? '', true, true)
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .map(({ fileName }) => ts.resolveModuleName(fileName, file, options, host).resolvedModule?.resolvedFileName);
  let program: TypeScript.Program | undefined;
  /** Where something was wrong: it is looked at again each time. */
  let faulty: readonly string[] = [];

  return ({ files }: Check): Checked => {
    const all = (read()?.fileNames ?? []).filter((file) => ours.some((path) => `${file}/`.startsWith(path)));
    const changed = new Set([...files.map((file) => slashed(join(project, file))), ...faulty]);
    // Not all that is imported in turn: a check that took seconds would be in the way.
    const names = all.filter((file) => changed.has(file) || importsOf(file).some((each) => changed.has(each ?? '')));
    program = ts.createProgram(names, options, host, program);
    const faults = names.flatMap((name) => {
      const source = program?.getSourceFile(name);
      return source ? (program?.getSemanticDiagnostics(source) ?? []) : [];
    });
    faulty = faults.flatMap(({ file }) => (file ? [file.fileName] : []));
    const [first, ...more] = faults;
    if (first?.file === undefined) return {};
    const { line, character } = first.file.getLineAndCharacterOfPosition(first.start ?? 0);
    const place = `${relative(project, first.file.fileName)}:${line + 1}:${character + 1}`;
    const [sentence = ''] = ts.flattenDiagnosticMessageText(first.messageText, '\n').split('\n');
    return { fault: `${place}: ${sentence}${more.length > 0 ? ` (and ${more.length} more)` : ''}` };
  };
};

const answer = tellParent<Checked>();
// There is nothing else to wait for.
process.channel?.ref();
let check: ((asked: Check) => Checked) | undefined;
process.on('message', (told: Checking | Check) => {
  if ('files' in told) answer(check?.(told) ?? {});
  else check = createCheck(createRequire(join(told.project, 'package.json'))('typescript'), told);
});
