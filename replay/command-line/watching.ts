import { Interrupted, type Interrupts } from './interrupts.ts';
import type { Run } from './run.ts';

const ctrlC = '\u0003';

/**
 * For a command that looks on until Ctrl-C, and has then done what it was asked. On a terminal Ctrl-C is read as a key: as a signal it would
 * also go to npx and its shell, which end by it and not with 0. Where the answer goes on to another program it is the signal that ends both.
 */
export const watching = (run: Pick<Run, 'input' | 'output' | 'interrupts'>): Interrupts => {
  const interrupts = run.interrupts();
  const { input, output } = run;
  if (!input.isTTY || !output.isTTY) return interrupts;
  const pressed = new AbortController();
  const onData = (keys: Buffer): void => {
    if (keys.toString().includes(ctrlC)) pressed.abort(new Interrupted('Ctrl-C was pressed.'));
  };
  input.setRawMode?.(true);
  input.on('data', onData);
  return {
    signal: AbortSignal.any([interrupts.signal, pressed.signal]),
    [Symbol.dispose]: () => {
      input.off('data', onData).pause();
      input.setRawMode?.(false);
      interrupts[Symbol.dispose]();
    },
  };
};
