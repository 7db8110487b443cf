import { emitKeypressEvents, type Key } from 'node:readline';
import type { Terminal } from './run.ts';

/** The keys as they are pressed. Ends with the input or with Ctrl-C, which raw mode delivers as a key instead of a signal. */
export async function* keys({ input }: Pick<Terminal, 'input'>): AsyncGenerator<Key> {
  const pressed: Key[] = [];
  let wake = (): void => {};
  let over = false;
  const onKey = (_: string | undefined, key: Key): void => {
    pressed.push(key);
    wake();
  };
  const onEnd = (): void => {
    over = true;
    wake();
  };
  emitKeypressEvents(input);
  input.setRawMode?.(true);
  input.on('keypress', onKey).on('end', onEnd).resume();
  try {
    for (;;) {
      const key = pressed.shift();
      if (key?.ctrl && key.name === 'c') return;
      if (key) yield key;
      else if (over) return;
      else
        await new Promise<void>((done) => {
          wake = done;
        });
    }
  } finally {
    input.off('keypress', onKey).off('end', onEnd).pause();
    input.setRawMode?.(false);
  }
}
