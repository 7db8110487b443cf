import { Command, CommanderError } from 'commander';
import project from '../../package.json' with { type: 'json' };
import { ReplayError } from '../errors.ts';
import { BadInput } from './bad-input.ts';
import { addCommands } from './commands/index.ts';
import { Interrupted, interrupted } from './interrupts.ts';
import { NoPlace } from './place.ts';
import type { Run, Terminal } from './run.ts';
import { createScreen } from './screen.ts';
import { sentenceOf } from './sentence.ts';
import { saidTo } from './show/inert.ts';

const createProgram = (run: Run): Command => {
  const program = new Command('foldcast')
    .description('Shows any moment of any room, finds the event that broke it, and tries new rules on old logs.')
    .version(project.version, '--version', 'the version of foldcast')
    .configureOutput({ writeOut: saidTo(run.output), writeErr: saidTo(run.errors) })
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  addCommands(program, run);
  return program.addHelpText(
    'after',
    `
It reads what npm start runs in this folder, a deployed stack (--stack NAME) or an export (--file log.ndjson).
Exit codes: 0 all is well, 1 something was found or went wrong on the way, 2 it can't be done as it was asked,
130 Ctrl-C (0 for tail, watch and replay --step, which end so).

Examples:
  foldcast rooms
  foldcast bisect counter/global-counter 'state < 0'
  foldcast export chat/lobby --stack prod -o lobby.ndjson
  foldcast replay chat/lobby --file lobby.ndjson --step

foldcast <command> --help has examples of each.`,
  );
};

const isBrokenPipe = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'EPIPE';

/** The exit code of an error. Prints its message, unless the person has seen it. */
const endWith = (cause: unknown, run: Run): number => {
  // Commander has said it already; code 0 is that of help.
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
  if (cause instanceof Interrupted) return interrupted;
  if (isBrokenPipe(cause)) return 0;
  run.screen.say(sentenceOf(cause));
  return cause instanceof ReplayError || cause instanceof NoPlace || cause instanceof BadInput ? 2 : 1;
};

/** Runs the command line once. Returns its exit code. */
export const runFoldcast = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  const run: Run = { ...terminal, screen: createScreen(terminal.output, terminal.errors), exitCode: 0 };
  try {
    await createProgram(run).parseAsync(args, { from: 'user' });
    return run.exitCode;
  } catch (cause) {
    return endWith(cause, run);
  } finally {
    run.screen.flush();
  }
};
