import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A process that is talked to by its input and its output. */
export type Alone = ChildProcessByStdio<Writable, Readable, null>;

/** Node that may read the one file that it runs, and has nothing else: no files, no programs, no threads, no addons, no environment. */
const permissions = (program: string) => ['--permission', `--allow-fs-read=${program}`];

/**
 * No code is made of texts: what gets hold of a constructor of functions can't use it. Nothing of the language can be altered: what
 * gets hold of a prototype can't wait there for Node's own objects to come by. Megabytes: a state has a few.
 */
const limits = [
  '--disallow-code-generation-from-strings',
  '--frozen-intrinsics',
  '--max-old-space-size=512',
  '--no-warnings',
];

/** Starts a program of one file in a process that may do nothing to this machine. Source: https://nodejs.org/api/permissions.html. */
export const startAlone = (program: string, args: readonly string[]): Alone =>
  spawn(process.execPath, [...permissions(program), ...limits, program, ...args], {
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
