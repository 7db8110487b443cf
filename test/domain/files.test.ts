import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { files } from '../../domain/files.ts';
import { sizeOf } from '../../domain/fold.ts';
import { given } from './given.ts';
import { logged } from './logged.ts';

const bucketName = 'uploads-1234';
const created = (bucketKey: string, size?: number) => ({
  type: 'created' as const,
  data: { bucketName, bucketKey, ...(size !== undefined && { size }) },
});
const removed = (bucketKey: string) => ({ type: 'removed' as const, data: { bucketName, bucketKey } });

describe('files', () => {
  it('knows the objects that were created and not removed, the newest last', () => {
    given(files)
      .events(created('a.txt', 3), created('b.txt'), created('c.txt', 0), removed('b.txt'))
      .accepts()
      .state({
        objects: [
          { key: 'a.txt', size: 3, at: 1_000 },
          { key: 'c.txt', size: 0, at: 3_000 },
        ],
      });
  });

  it('knows an object once that is written again', () => {
    given(files)
      .events(created('a.txt', 3), created('b.txt', 2), created('a.txt', 5))
      .accepts()
      .state({
        objects: [
          { key: 'b.txt', size: 2, at: 2_000 },
          { key: 'a.txt', size: 5, at: 3_000 },
        ],
      });
  });

  it('takes that an object is gone which it did not know', () => {
    given(files).events(removed('old.txt')).accepts().state({ objects: [] });
  });

  it('forgets all but the newest two hundred', () => {
    const keys = Array.from({ length: 205 }, (_, index) => `${index}.txt`);
    const { objects } = given(files)
      .events(...keys.map((key) => created(key)))
      .accepts().now;
    expect(objects.map(({ key }) => key)).toEqual(keys.slice(-200));
  });

  it('knows each object once and no removed one, within its bound, whatever comes and goes', () => {
    const key = fc.oneof(
      fc.constantFrom('a', 'b b', 'c+c', '__proto__', 'constructor'),
      fc.nat({ max: 99 }).map((n) => `${n}`.padEnd(1024, '\u0001')),
    );
    const change = fc.record({ key, gone: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 60 }), (changes) => {
        const events = changes.map(({ key, gone }) => (gone ? removed(key) : created(key)));
        const { objects } = given(files)
          .events(...events)
          .accepts().now;
        const there = new Set<string>();
        for (const { key, gone } of changes) {
          there.delete(key);
          if (!gone) there.add(key);
        }
        const known = objects.map(({ key }) => key);
        expect(known).toEqual([...there].slice(there.size - known.length));
        expect(known.length > 0).toBe(there.size > 0);
        expect(sizeOf(JSON.stringify(objects))).toBeLessThanOrEqual(64 * 1024 + 1);
      }),
    );
  });

  it('says in words to plain members what happened to each object, in order', () => {
    const events = [
      logged(1, 'created', { bucketName, bucketKey: 'a b.txt', size: 3 }),
      logged(2, 'created', { bucketName, bucketKey: 'twice' }, { refused: 'duplicate', first: { seq: 1 } }),
      logged(3, 'removed', { bucketName, bucketKey: 'c+d.txt' }),
    ];
    const sent = files.plain({ state: files.initial, version: 3, events }, { connection: 'ann', wire: 'plain' });
    expect(sent.map((message) => JSON.parse(message))).toEqual([
      { bucketName, bucketKey: 'a b.txt', message: '"a b.txt" was added.' },
      { bucketName, bucketKey: 'c+d.txt', message: '"c+d.txt" was removed.' },
    ]);
  });
});
