import { expect, it } from 'vitest';
import { createWatch } from '../../bench/fan-out/watch.ts';

const watching = () => createWatch((message) => (typeof message === 'number' ? message : undefined));

it('shows the last value that came, whatever else came after it', () => {
  const watch = watching();
  expect(watch.value()).toBeUndefined();
  for (const message of [1, 3, 2, 'an error']) watch.hear(message);
  expect(watch.value()).toBe(2);
  watch.hear('another');
  expect(watch.value()).toBe(2);
  expect(watch.received()).toBe(5);
});

it('reads nothing before it is asked, and then no more than it needs', () => {
  const read: unknown[] = [];
  const watch = createWatch((message) => {
    read.push(message);
    return Number(message);
  });
  for (const message of [1, 2, 3]) watch.hear(message);
  expect(read).toEqual([]);
  watch.value();
  watch.value();
  expect(read).toEqual([3]);
});
