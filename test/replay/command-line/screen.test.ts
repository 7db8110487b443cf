import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createScreen } from '../../../replay/command-line/screen.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  // What the shell of the tests says about colours is not asked.
  vi.stubEnv('TERM', 'xterm-256color');
  for (const name of ['FORCE_COLOR', 'NO_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const terminal = (columns = 80) =>
  Object.assign(new PassThrough({ encoding: 'utf8' }), {
    isTTY: true,
    columns,
    getColorDepth: WriteStream.prototype.getColorDepth,
  });
const all = (stream: PassThrough): string => stream.read() ?? '';

it('shows a bar on a terminal once a task takes over a second, and takes it away before what is printed', () => {
  const errors = terminal();
  const screen = createScreen(new PassThrough(), errors);
  screen.progress('counter/room', 0);
  vi.advanceTimersByTime(999);
  screen.progress('counter/room', 0.4);
  expect(all(errors)).toBe('');
  vi.advanceTimersByTime(1);
  screen.progress('counter/room', 0.5);
  expect(all(errors)).toBe(`\r\x1b[K${'█'.repeat(15)}${'░'.repeat(15)} 50 %  counter/room`);
  screen.say('Done.');
  expect(all(errors)).toBe('\r\x1b[KDone.\n');
  screen.flush();
  expect(all(errors)).toBe('');
});

it('shows no bar where nobody looks', () => {
  const errors = new PassThrough({ encoding: 'utf8' });
  const screen = createScreen(terminal(), errors);
  screen.progress('counter/room', 0);
  vi.advanceTimersByTime(5_000);
  screen.progress('counter/room', 0.5);
  expect(all(errors)).toBe('');
});

it('has colours on a terminal alone', () => {
  // Whatever runs these tests: a build server has no colours of its own.
  for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS']) vi.stubEnv(name, undefined);
  vi.stubEnv('TERM', 'xterm-256color');
  const painted = (output: PassThrough) => createScreen(output, new PassThrough()).paint('red', 'x');
  expect(painted(terminal())).toBe('\x1b[31mx\x1b[39m');
  expect(painted(new PassThrough())).toBe('x');
  vi.stubEnv('NO_COLOR', '1');
  expect(painted(terminal())).toBe('x');
});

it('prints in order, in few writes where lines come fast, and waits for whoever reads slowly', async () => {
  const output = new PassThrough({ encoding: 'utf8', highWaterMark: 1024 });
  const screen = createScreen(output, new PassThrough());
  const write = vi.spyOn(output, 'write');
  const line = 'x'.repeat(99);
  let printed = 0;
  const printing = (async () => {
    for (; printed < 2_000; printed += 1) await screen.print(line);
    screen.flush();
    output.end();
  })();
  await vi.waitFor(() => expect(printed).toBeGreaterThan(100), 30_000);
  expect(printed).toBeLessThan(2_000);
  let text = '';
  for await (const part of output) text += part;
  await printing;
  expect(text).toBe(`${line}\n`.repeat(2_000));
  expect(write.mock.calls.length).toBeLessThan(10);
});
