import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kind } from '../../domain/kind.ts';
import { BadInput } from './bad-input.ts';

const isKind = (value: unknown): value is Kind =>
  typeof value === 'object' &&
  value !== null &&
  'initial' in value &&
  'fold' in value &&
  typeof value.fold === 'function' &&
  'refusal' in value &&
  typeof value.refusal === 'function';

/**
 * Loads the rules called `name` from a TypeScript or JavaScript file: whatever it exports by `defineKind`, by default or by
 * name. Throws `BadInput` where there are none. The file is run, as any program is.
 */
export const loadKind = async (file: string, name: string, folder: string): Promise<Kind> => {
  const path = resolve(folder, file);
  if (!existsSync(path)) throw new BadInput(`${file} can't be read: is there such a file?`);
  let exported: readonly unknown[];
  try {
    exported = Object.values((await import(pathToFileURL(path).href)) as Record<string, unknown>);
  } catch (cause) {
    throw new BadInput(`${file} can't be run: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const kinds = exported.filter(isKind);
  const found = kinds.find((kind) => kind.name === name);
  if (found) return found;
  const others = kinds.length === 0 ? 'no kind at all' : `only ${kinds.map((kind) => kind.name).join(', ')}`;
  throw new BadInput(`${file} exports no kind with the name "${name}", ${others}: export what defineKind returns.`);
};
