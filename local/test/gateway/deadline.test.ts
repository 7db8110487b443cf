import { expect, it } from 'vitest';
import { createDeadline, TimedOut } from '../../gateway/deadline.ts';

it('passes on what ends in time, and gives up on all that does not, older and newer', async () => {
  const within = createDeadline(20);
  const late = new Promise(() => {});
  const first = within(late);
  await expect(within(Promise.resolve(1))).resolves.toBe(1);
  await expect(within(Promise.reject(new Error('own')))).rejects.toThrow('own');
  await expect(first).rejects.toThrow(TimedOut);
  await expect(within(late)).rejects.toThrow('no answer within 20 ms');
  const [older, newer] = [within(late), new Promise(setImmediate).then(() => within(late))];
  await expect(older).rejects.toThrow(TimedOut);
  await expect(newer).rejects.toThrow(TimedOut);
});
