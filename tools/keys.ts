import { emitKeypressEvents, type Key } from 'node:readline';
import type { Terminal } from './run.ts';

/** The keys that are pressed, as they are; ends with the input, and with Ctrl-C, which a terminal passes on as a key too. */
export async function* keys({ input, signal }: Pick<Terminal, 'input' | 'signal'>): AsyncGenerator<Key> {
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
  signal.addEventListener('abort', onEnd);
  try {
    while (!signal.aborted) {
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
    signal.removeEventListener('abort', onEnd);
    input.off('keypress', onKey).off('end', onEnd).pause();
    input.setRawMode?.(false);
  }
}
