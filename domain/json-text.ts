/** Levels of objects and lists: more than anybody needs, and few enough for code that calls itself for each. */
const maxDepth = 100;

/** A whole number from its text, however that is written; `undefined` for a fraction. */
const wholeOf = (text: string): bigint | undefined => {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const scale = 10n ** BigInt(Math.abs(power));
  if (power < 0 && digits % scale !== 0n) return undefined;
  const size = power < 0 ? digits / scale : digits * scale;
  return sign === '-' ? -size : size;
};

/**
 * Whether a number comes back as it was written: 9007199254740993 would be another one less. Fractions are rounded, as
 * everywhere, and what JavaScript writes of a larger number (1e+23) is that number.
 */
const isExact = (value: number, text: string): boolean => {
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return true;
  const whole = wholeOf(text);
  return whole === undefined || whole === BigInt(value) || whole === wholeOf(String(value));
};

/** What may be a whole number of 16 digits or more, which a double may not hold: no shorter one is rounded. Texts may look like it. */
const long = /(?<![\d.])\d{16}|\.\d+e\+?\d/i;

/** Whether `inexactNumber` has to look closely: that is ten times as slow. */
export const hasLongNumber = (json: string): boolean => long.test(json);

/** What is wrong with one of the numbers in a JSON text, in a sentence; `undefined` if nothing is. */
export const inexactNumber = (json: string): string | undefined => {
  if (!hasLongNumber(json)) return undefined;
  let wrong: string | undefined;
  const look = (_: string, value: unknown, { source = '' }: { readonly source?: string } = {}): unknown => {
    if (typeof value === 'number' && !isExact(value, source))
      wrong ??= `The number ${source.slice(0, 40)} would come back as ${value}: send it as a text.`;
    return value;
  };
  // `source` is in ES2026, and not yet in TypeScript's types.
  JSON.parse(json, look as (key: string, value: unknown) => unknown);
  return wrong;
};

const text = (value: string): string | undefined =>
  value.isWellFormed() ? undefined : 'A text is not well-formed Unicode: half of a surrogate pair stands alone.';

/** What keeps a part of a value from being kept, in a sentence. */
const partFault = (value: unknown, depth: number): string | undefined => {
  if (typeof value === 'string') return text(value);
  // JSON.parse makes infinity of 1e999, and JSON.stringify null of infinity.
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'A number is too large.';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === maxDepth) return `It is nested more than ${maxDepth} levels deep.`;
  for (const [key, part] of Object.entries(value)) {
    // It would throw wherever it is compared, or put into a text.
    const wrong = key === 'toString' ? 'No key may be called "toString".' : (text(key) ?? partFault(part, depth + 1));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

/** What keeps a JSON value from being kept as it is, in a sentence; `undefined` if nothing does. */
export const unfitValue = (value: unknown): string | undefined => partFault(value, 0);
