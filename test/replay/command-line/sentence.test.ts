import { expect, it } from 'vitest';
import { sentenceOf } from '../../../replay/command-line/sentence.ts';

it('says what to do where the SDK finds no credentials, and what was thrown otherwise', () => {
  const missing = new Error('Could not load credentials from any providers');
  missing.name = 'CredentialsProviderError';
  expect(sentenceOf(missing)).toMatch(/^There are no AWS credentials here: name a profile in AWS_PROFILE/);
  expect(sentenceOf(new Error('No such table.'))).toBe('No such table.');
  expect(sentenceOf('text')).toBe('text');
  expect(sentenceOf(new RangeError())).toBe('RangeError');
});
