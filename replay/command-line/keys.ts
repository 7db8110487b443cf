import { emitKeypressEvents, type Key } from 'node:readline';
import type { Terminal } from './run.ts';

/** The keys that are pressed, as they are; ends with the input, and with Ctrl-C, which is a key as well then. */
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
