import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { files } from '../../../domain/kinds/files.ts';
import { sizeOf } from '../../../domain/size.ts';
import { given } from '../given.ts';
import { lawsOf } from '../laws.ts';
import { logged } from '../logged.ts';

lawsOf(files);

const bucketName = 'uploads-1234';
const created = (bucketKey: string, size?: number, sequencer?: string) => ({
  type: 'created' as const,
  data: { bucketName, bucketKey, ...(size !== undefined && { size }), ...(sequencer !== undefined && { sequencer }) },
});
const removed = (bucketKey: string, sequencer?: string) => ({
  type: 'removed' as const,
  data: { bucketName, bucketKey, ...(sequencer !== undefined && { sequencer }) },
});

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
        removed: [{ key: 'b.txt' }],
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
        removed: [],
      });
  });

  it('takes that an object is gone which it did not know', () => {
    given(files)
      .events(removed('old.txt'))
      .accepts()
      .state({ objects: [], removed: [{ key: 'old.txt' }] });
  });

  it('refuses what happened to an object before what it knows of it', () => {
    given(files)
      .events(removed('a.txt', '0B'), created('a.txt', 3, '0A'))
      .refuses('stale')
      .state({ objects: [], removed: [{ key: 'a.txt', sequencer: '0B' }] })
      .events(created('a.txt', 4, '0B1'), removed('a.txt', '0B'))
      .refuses('stale')
      .events(created('a.txt', 3, '0B01'))
      .refuses('stale')
      .state({ objects: [{ key: 'a.txt', sequencer: '0B1', size: 4, at: 3_000 }], removed: [] });
  });

  it('ends with what is in the bucket, in whatever order it was told', () => {
    const change = fc.record({ key: fc.constantFrom('a', 'b', 'c'), gone: fc.boolean() });
    const history = fc.array(change, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (changes, order) => {
        const there = new Set<string>();
        for (const { key, gone } of changes) gone ? there.delete(key) : there.add(key);
        const told = changes.map(({ key, gone }, index) => {
          const sequencer = (index + 1).toString(16).padStart(4, '0');
          return { place: order.next().value, event: gone ? removed(key, sequencer) : created(key, 1, sequencer) };
        });
        const { objects } = given(files).events(
          ...told.toSorted((one, other) => one.place - other.place).map(({ event }) => event),
        ).now;
        expect(objects.map(({ key }) => key).toSorted()).toEqual([...there].toSorted());
      }),
    );
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
        const { objects, removed: gone } = given(files)
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
        expect(sizeOf(JSON.stringify(gone))).toBeLessThanOrEqual(16 * 1024 + 1);
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
