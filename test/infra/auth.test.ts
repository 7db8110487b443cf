import * as pulumi from '@pulumi/pulumi';
import { beforeAll, expect, it } from 'vitest';
import { algorithmsOf } from '../../infra/auth.ts';
import { readConfig } from '../../infra/config.ts';

beforeAll(() =>
  pulumi.runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'foldcast', 'dev'),
);

const readWith = (values: Record<string, string>) => {
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`foldcast:${key}`, value])),
  );
  return readConfig();
};

const named = { auth: 'jwt', authIssuer: 'https://issuer.example', authAudience: 'foldcast' };
const byKeys = { ...named, authKeysUrl: 'https://issuer.example/jwks.json' };
const bySecret = { ...named, authSecret: '1'.repeat(32) };

it('verifies by what is usual for keys, and for a secret, which stays text whatever it looks like', () => {
  expect(algorithmsOf(readWith(byKeys))).toEqual(['RS256']);
  const config = readWith(bySecret);
  expect(algorithmsOf(config)).toEqual(['HS256']);
  expect(config.authSecret).toBe('1'.repeat(32));
});

it.each<[string, string, Record<string, string>]>([
  ['auth', 'has to be none or jwt', { auth: 'oauth' }],
  ['auth', 'has to be jwt, or authKeysUrl would not be read', { authKeysUrl: byKeys.authKeysUrl }],
  ['authKeysUrl', 'is missing', named],
  ['authSecret', 'has to go, or authKeysUrl has to', { ...byKeys, authSecret: bySecret.authSecret }],
  ['authKeysUrl', 'has to be the https address of a JWKS', { ...byKeys, authKeysUrl: 'http://issuer.example/jwks' }],
  ['authKeysUrl', 'has to be the https address of a JWKS', { ...byKeys, authKeysUrl: 'jwks.json' }],
  ['authIssuer', 'is missing', { auth: 'jwt', authKeysUrl: byKeys.authKeysUrl, authAudience: 'a' }],
  ['authAudience', 'is missing', { auth: 'jwt', authKeysUrl: byKeys.authKeysUrl, authIssuer: 'i' }],
  ['authAlgorithms', 'must not hold none', { ...byKeys, authAlgorithms: '["RS256","None"]' }],
  [
    'authAlgorithms',
    'must not hold HS256, HS384 or HS512 with authKeysUrl',
    { ...byKeys, authAlgorithms: '["HS256"]' },
  ],
  ['authAlgorithms', 'has to hold HS256, HS384 or HS512 alone', { ...bySecret, authAlgorithms: '["HS256","RS256"]' }],
  ['authAlgorithms', 'has to hold some of HS256,', { ...byKeys, authAlgorithms: '["rot13"]' }],
  ['authAlgorithms', 'has to hold at least one', { ...byKeys, authAlgorithms: '[]' }],
  ['authSecret', 'has to have at least 32 bytes', { ...bySecret, authSecret: 'short' }],
  ['authSecret', 'has to have at least 64 bytes', { ...bySecret, authAlgorithms: '["HS512"]' }],
  [
    'authSecret',
    'must not be a key of a pair',
    { ...bySecret, authSecret: `-----BEGIN PUBLIC KEY-----${'A'.repeat(64)}` },
  ],
  ['origins', 'has to hold origins such as', { origins: '["example.com"]' }],
])('says of %s that it %s', (key, what, values) => {
  expect(() => readWith(values)).toThrow(`Correct foldcast:${key} in Pulumi.dev.yaml: it ${what}`);
});
