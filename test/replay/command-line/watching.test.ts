import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { watching } from '../../../replay/command-line/watching.ts';

const terminal = (isTTY: { readonly input: boolean; readonly output: boolean }) => {
  const setRawMode = vi.fn();
  const input = Object.assign(new PassThrough(), { isTTY: isTTY.input, setRawMode });
  const output = Object.assign(new PassThrough(), { isTTY: isTTY.output });
  const interrupts = () => ({ signal: new AbortController().signal, [Symbol.dispose]: () => {} });
  return { input, output, interrupts, setRawMode };
};

it('ends by Ctrl-C as a key on a terminal, which is left as it was', async () => {
  const own = terminal({ input: true, output: true });
  const ends = watching(own);
  own.input.write('x');
  await vi.waitFor(() => expect(own.input.readableLength).toBe(0));
  expect(ends.signal.aborted).toBe(false);
  own.input.write('\u0003');
  await vi.waitFor(() => expect(ends.signal.aborted).toBe(true));
  ends[Symbol.dispose]();
  expect(own.setRawMode.mock.calls).toEqual([[true], [false]]);
});

it('leaves the keys alone where the answer goes on to another program, or nobody types', () => {
  for (const isTTY of [
    { input: true, output: false },
    { input: false, output: true },
  ]) {
    const own = terminal(isTTY);
    watching(own)[Symbol.dispose]();
    expect(own.setRawMode).not.toHaveBeenCalled();
  }
});
