import { takeInterrupts } from './interrupts.ts';
import { runFoldcast } from './program.ts';

// The reader of our output, such as `head`, has closed it: there is nobody left to print to.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runFoldcast(process.argv.slice(2), {
  folder: process.cwd(),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  interrupts: takeInterrupts,
});
