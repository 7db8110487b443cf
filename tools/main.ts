import { runFoldcast } from './program.ts';

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for what is being finished.
    if (ended.signal.aborted) process.exit(130);
    ended.abort();
  });
// Whoever reads what is printed, `head` say, has enough.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runFoldcast(process.argv.slice(2), {
  folder: process.cwd(),
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  signal: ended.signal,
});
