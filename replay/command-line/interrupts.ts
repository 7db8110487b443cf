/** Ctrl-C was pressed, and what had to be taken away is gone. */
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
 * Takes Ctrl-C, for a command that has something to finish or to take away. Nobody else does: Node hears of a signal between
 * two tasks alone, and rules that never end are one. The system ends a process at once.
 */
export const takeInterrupts = (): Interrupts => {
  const ended = new AbortController();
  const onSignal = (): void => {
    // Whoever asks twice does not want to wait for what is being finished.
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
