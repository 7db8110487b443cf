import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFilter, type Wanted } from '../../../web/debug/events/filter.ts';
import { chunkOf, columnsOf, type Row } from './columns.ts';

const rowArb: fc.Arbitrary<Row> = fc.tuple(fc.nat(9), fc.integer({ min: 2, max: 3 }), fc.boolean());
const wantedArb: fc.Arbitrary<Wanted> = fc.record(
  {
    actor: fc.integer({ min: 2, max: 3 }),
    refused: fc.boolean(),
    found: fc.uniqueArray(fc.nat(40)).map((found) => found.sort((a, b) => a - b)),
  },
  { requiredKeys: [] },
);

describe('a filter', () => {
  it('has the rows that pass, in order, also of those that came later', () => {
    fc.assert(
      fc.property(
        fc.array(rowArb, { maxLength: 20 }),
        fc.array(rowArb, { maxLength: 20 }),
        wantedArb,
        (early, late, wanted) => {
          const columns = columnsOf(early);
          const filter = createFilter(columns, wanted);
          columns.append(chunkOf(1 + early.length, late));
          filter.grow(wanted);
          const passing = [...early, ...late].flatMap(([, actor, refused], row) =>
            (wanted.actor ?? actor) === actor &&
            (wanted.refused ?? refused) === refused &&
            (wanted.found?.includes(row) ?? true)
              ? row
              : [],
          );
          expect(Array.from({ length: filter.length }, (_, place) => filter.rowAt(place))).toEqual(passing);
          for (let row = 0; row < columns.length; row += 1)
            expect(filter.placeOf(row)).toBe(passing.filter((each) => each <= row).length - 1);
        },
      ),
    );
  });
});
