import type { Readable } from 'node:stream';
import type { Interrupts } from './interrupts.ts';
import type { Output, Screen } from './screen.ts';

/** Where a command line runs. Tests have one of their own. */
export interface Terminal {
  /** The current folder. */
  readonly folder: string;
  /** Keys come from here; as they are pressed where it is a terminal. */
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly output: Output;
  readonly errors: Output;
  /** Handles Ctrl-C from here on. Without a handler it ends the process. */
  interrupts(): Interrupts;
}

/** One run of the command line. */
export interface Run extends Terminal {
  readonly screen: Screen;
  /** The exit code: 1 for a bad answer (`verify` found something), 2 for a question without an answer. A thrown error overrides it. */
  exitCode: 0 | 1 | 2;
}
