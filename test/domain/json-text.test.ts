import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inexactNumber, unfitValue } from '../../domain/json-text.ts';

describe('inexactNumber', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '900719925474099.3e1',
    '9.007199254740993e+15',
    '123456789012345678901',
    '{"a":[{"b":10000000000000000000001}]}',
  ])('[A2] knows %s for a number that would come back as another', (json) => {
    expect(inexactNumber(json)).toContain('would come back as');
  });

  it.each([
    '9007199254740991',
    '9007199254740992',
    '18014398509481984',
    '1e21',
    '1e+23',
    '1.7976931348623157e308',
    '0.1234567890123456789',
    '12345.678901234567891',
    '9007199254740991.5',
    '"9007199254740993"',
    '{"9007199254740993":"1.5e9"}',
    '-0',
  ])('takes %s as it is', (json) => {
    expect(inexactNumber(json)).toBeUndefined();
  });

  it('takes every number that JavaScript writes, and no whole number that JavaScript would write otherwise', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        expect(inexactNumber(JSON.stringify([value]))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }), (value) => {
        const exact = BigInt(Number(value)) === value || JSON.stringify(Number(value)) === String(value);
        expect(inexactNumber(`[${value}]`) === undefined).toBe(exact);
      }),
    );
  });
});

describe('unfitValue', () => {
  it.each([
    ['"\\ud83d"', 'well-formed'],
    ['{"a":[{"b":"x\\udc00"}]}', 'well-formed'],
    ['{"\\ud83d":1}', 'well-formed'],
    ['[1e999]', 'too large'],
    ['{"id":{"length":{"valueOf":null,"toString":null}}}', 'toString'],
    [`${'['.repeat(101)}${']'.repeat(101)}`, 'levels'],
    [`${'{"a":'.repeat(6_000)}1${'}'.repeat(6_000)}`, 'levels'],
  ])('[A2] says what is wrong with %.60s', (json, why) => {
    expect(unfitValue(JSON.parse(json))).toContain(why);
  });

  it.each(['"\\ud83d\\ude00"', '{"__proto__":{"valueOf":null}}', `${'['.repeat(100)}${']'.repeat(100)}`, '[1e308,-0]'])(
    'takes %.60s as it is',
    (json) => {
      expect(unfitValue(JSON.parse(json))).toBeUndefined();
    },
  );

  it('leaves nothing that could not be put into a text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (json) => {
        const value: unknown = JSON.parse(json);
        if (unfitValue(value) === undefined) expect(() => `${value}`.length > Number(value)).not.toThrow();
      }),
    );
  });
});
