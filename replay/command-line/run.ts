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
  /** Takes Ctrl-C from here on, which ends the process where nobody does. */
  interrupts(): Interrupts;
}

/** One run of the command line. */
export interface Run extends Terminal {
  readonly screen: Screen;
  /** What it ends with: 1 for an answer that is not good, 2 for a question that has none. Errors that are thrown go before. */
  exitCode: 0 | 1 | 2;
}
