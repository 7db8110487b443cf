import { takeInterrupts } from './interrupts.ts';
import { runFoldcast } from './program.ts';

// Whoever reads what is printed, `head` say, has enough.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runFoldcast(process.argv.slice(2), {
  folder: process.cwd(),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  interrupts: takeInterrupts,
});
