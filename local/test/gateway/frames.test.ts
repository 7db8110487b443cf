import fc from 'fast-check';
import { expect, it } from 'vitest';
import { watchFrames } from '../../gateway/frames.ts';
import { frame } from './fixture.ts';

const kilobytes = (count: number) => Buffer.alloc(count * 1024, 'a');

const fed = (bytes: Buffer, cuts: readonly number[] = []) => {
  const watch = watchFrames();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const fine = edges.slice(1).every((edge, index) => watch.feed(Buffer.from(bytes.subarray(edges[index], edge))));
  return { fine, messages: watch.messages };
};

it('counts messages however their bytes are cut', () => {
  const sizes = fc.array(fc.constantFrom(0, 1, 125, 126, 127, 4000, 32 * 1024), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(), { maxLength: 30 }), (lengths, cuts) => {
      const bytes = Buffer.concat(lengths.flatMap((length) => [frame(9, 'ping'), frame(1, Buffer.alloc(length))]));
      expect(fed(bytes, cuts)).toEqual({ fine: true, messages: lengths.length });
    }),
    { numRuns: 200 },
  );
});

it('counts a message of several frames once, with a ping in between', () => {
  const bytes = Buffer.concat([frame(1, 'a', false), frame(9, ''), frame(0, 'b', false), frame(0, 'c')]);
  expect(fed(bytes)).toEqual({ fine: true, messages: 1 });
});

it('finds a frame of one byte over 32 KB, however its bytes are cut, and how many messages came before', () => {
  const tooLong = frame(1, Buffer.alloc(32 * 1024 + 1));
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
      expect(fed(Buffer.concat([frame(1, 'one'), frame(1, 'two'), tooLong, frame(1, 'after')]), cuts)).toEqual({
        fine: false,
        messages: 2,
      });
    }),
  );
});

it('takes any number of messages whose sum is over 128 KB', () => {
  const bytes = Buffer.concat(Array.from({ length: 9 }, () => frame(1, kilobytes(31))));
  expect(fed(bytes)).toEqual({ fine: true, messages: 9 });
});

it('finds a frame that only announces more than any message may have', () => {
  const header = Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  expect(fed(header)).toEqual({ fine: false, messages: 0 });
});

it('takes a message of 128 KB in frames of 32 KB, and no byte more', () => {
  const parts = [frame(1, kilobytes(32), false), frame(0, kilobytes(32), false), frame(0, kilobytes(32), false)];
  expect(fed(Buffer.concat([...parts, frame(0, kilobytes(32))]))).toEqual({ fine: true, messages: 1 });
  expect(fed(Buffer.concat([...parts, frame(0, kilobytes(32), false), frame(0, 'a')]))).toEqual({
    fine: false,
    messages: 0,
  });
});
