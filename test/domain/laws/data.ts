import fc from 'fast-check';
import * as z from 'zod/v4/core';

/** A schema that nothing can be made for. The message is for who wrote it. */
const unknownSort = (type: string): never => {
  throw new Error(
    `No data can be made for a schema of type "${type}": give some, lawsOf(kind, { data: { <action>: fc.constantFrom(…) } }).`,
  );
};

/** What the checks of a schema say, as far as values can be made by it. */
interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly pattern: RegExp | undefined;
  readonly whole: boolean;
}

type Check = z.$ZodChecks['_zod']['def'];

const boundsOf = (def: z.$ZodTypeDef): Bounds => {
  const own = 'check' in def ? [def as object as z.$ZodCheckDef] : [];
  const checks = [...own, ...(def.checks ?? []).map(({ _zod }) => _zod.def)] as readonly object[] as readonly Check[];
  const some = <T>(pick: (check: (typeof checks)[number]) => T | undefined): readonly T[] =>
    checks.flatMap((check) => pick(check) ?? []);
  const least = some((check) => {
    if (check.check === 'greater_than') return Number(check.value);
    if (check.check === 'min_length') return check.minimum;
    return check.check === 'length_equals' ? check.length : undefined;
  });
  const most = some((check) => {
    if (check.check === 'less_than') return Number(check.value);
    if (check.check === 'max_length') return check.maximum;
    return check.check === 'length_equals' ? check.length : undefined;
  });
  return {
    min: least.length > 0 ? Math.max(...least) : undefined,
    max: most.length > 0 ? Math.min(...most) : undefined,
    pattern: some((check) => (check.check === 'string_format' ? check.pattern : undefined))[0],
    whole:
      some((check) => (check.check === 'number_format' && check.format.includes('int') ? true : undefined)).length > 0,
  };
};

const numbers = ({ min = -1e6, max = Math.max(min, 0) + 1e6, whole }: Bounds): fc.Arbitrary<unknown> => {
  const integer = fc.integer({ min: Math.ceil(Math.min(min, max)), max: Math.floor(max) });
  return whole ? integer : fc.oneof(integer, fc.double({ min: Math.min(min, max), max, noNaN: true }));
};

const strings = ({ min = 0, max = min + 30, pattern }: Bounds): fc.Arbitrary<unknown> =>
  pattern ? fc.stringMatching(pattern) : fc.string({ unit: 'grapheme', minLength: min, maxLength: max });

/** JSON that is not too deep. */
const anything = fc.jsonValue({ maxDepth: 3 });

const absent = Symbol('absent');

const objects = ({ shape, catchall }: z.$ZodObjectDef): fc.Arbitrary<unknown> => {
  const known = fc.record(Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, inputOf(part)])));
  const isLoose = catchall !== undefined && catchall._zod.def.type !== 'never';
  const more = isLoose
    ? fc.dictionary(fc.string({ maxLength: 8 }), inputOf(catchall), { maxKeys: 4 })
    : fc.constant({});
  return fc
    .tuple(more, known)
    .map(([loose, own]) =>
      Object.fromEntries(Object.entries({ ...loose, ...own }).filter(([, value]) => value !== absent)),
    );
};

/** Values that a schema may take, by its structure: what only a refinement forbids is among them. */
const inputOf = (schema: z.$ZodType): fc.Arbitrary<unknown> => {
  const { def } = (schema as z.$ZodTypes)._zod;
  const bounds = boundsOf(def);
  switch (def.type) {
    case 'string':
      return strings(bounds);
    case 'number':
      return numbers(bounds);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'undefined':
      return fc.constant(absent);
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'array': {
      const { min = 0, max = min + 5 } = bounds;
      return fc.array(inputOf(def.element), { minLength: min, maxLength: max });
    }
    case 'tuple':
      return fc.tuple(...def.items.map(inputOf));
    case 'record':
      return fc.dictionary(inputOf(def.keyType) as fc.Arbitrary<string>, inputOf(def.valueType), { maxKeys: 4 });
    case 'object':
      return objects(def);
    case 'union':
      return fc.oneof(...def.options.map(inputOf));
    case 'optional':
    case 'default':
    case 'prefault':
      return fc.oneof(inputOf(def.innerType), fc.constant(absent));
    case 'nullable':
      return fc.oneof(inputOf(def.innerType), fc.constant(null));
    case 'readonly':
    case 'catch':
    case 'nonoptional':
      return inputOf(def.innerType);
    case 'lazy':
      return inputOf(def.getter());
    case 'pipe':
      // A schema that takes anything, for the sake of a check, says less than the one that follows.
      return ['unknown', 'any'].includes(def.in._zod.def.type) ? inputOf(def.out) : inputOf(def.in);
    case 'transform':
    case 'unknown':
    case 'any':
    case 'custom':
      return anything;
    default:
      return unknownSort(def.type);
  }
};

/** Of so many values made by its structure, a schema has to take one. */
const tries = 300;

/** Data as a schema gives it to the rules: its output, and as the log would have it. Throws where none can be made. */
export const dataOf = (schema: z.$ZodType): fc.Arbitrary<unknown> => {
  const parse = (input: unknown) => z.safeParse(schema, input);
  const input = inputOf(schema);
  if (!fc.sample(input, { numRuns: tries, seed: 1 }).some((value) => parse(value).success))
    unknownSort(`${schema._zod.def.type}, with checks that nothing made by chance passes`);
  return input.filter((value) => parse(value).success).map((value) => JSON.parse(JSON.stringify(parse(value).data)));
};
