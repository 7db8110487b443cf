/** The command was ended by Ctrl-C, and has cleaned up. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Ctrl-C aborts the signal, with `Interrupted`, until this is disposed of. */
export interface Interrupts extends Disposable {
  readonly signal: AbortSignal;
}

/** What a shell says of a program that Ctrl-C ended: 128 and the number of the signal. */
export const interrupted = 130;

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Handles Ctrl-C for a command that has something to finish or to clean up. All others leave it to the system, which ends the
 * process at once: a handler of ours would never run while rules that do not end keep Node busy.
 */
export const takeInterrupts = (): Interrupts => {
  const ended = new AbortController();
  const onSignal = (): void => {
    // A second Ctrl-C ends the process without waiting for the clean-up.
    if (ended.signal.aborted) process.exit(interrupted);
    ended.abort(new Interrupted('Ctrl-C was pressed.'));
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: ended.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
};
