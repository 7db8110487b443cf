import { afterAll, afterEach, expect } from 'vitest';
import type { InvokeResult } from '../../aws.ts';
import { createFunctions, type Functions, type FunctionsOptions } from '../../lambda/functions.ts';
import { removeCodeFolders } from './folders.ts';

const started: Functions[] = [];
export const run = (functions: FunctionsOptions['functions'], options: Partial<FunctionsOptions> = {}) => {
  const all = createFunctions({ functions, endpoint: 'http://127.0.0.1:1', environments: 2, ...options });
  started.push(all);
  return all;
};
afterEach(() => {
  for (const each of started.splice(0)) each.close();
});
afterAll(removeCodeFolders);

export const answerOf = (result: InvokeResult): unknown =>
  result.ok ? result.value : expect.fail(result.errorMessage);
/** A handler that counts the invocations of its environment. */
export const counting = 'let count = 0; export const handler = async () => ++count;';
