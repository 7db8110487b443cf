import * as z from 'zod/mini';

/** Keys by which code that copies a value carelessly would reach the prototype of all objects. */
const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with a value that `JSON.parse` gave; `undefined` if nothing is. Never goes deeper than it may. */
const fault = (value: unknown, levels: number): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return 'It is nested too deeply.';
  for (const [key, part] of Object.entries(value)) {
    const wrong = unsafeKeys.has(key) ? `No key may be called "${key}".` : fault(part, levels - 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

/**
 * Any JSON value of at most so many levels of objects and lists, without keys that could reach a prototype. It is to look at
 * a value before any other schema does: those of zod leave `__proto__` out, where its sender should learn that it won't do.
 */
export const plainJson = (maxDepth: number) =>
  z.unknown().check((context) => {
    const message = fault(context.value, maxDepth);
    if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message });
  });
