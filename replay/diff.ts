import type { Path } from '../domain/path.ts';
import { sameJson } from './same.ts';

/**
 * One difference between two states. Its path is made of keys and indexes. The indexes are those of the later state; only of
 * what was removed, those of the earlier one.
 */
export type Change =
  | { readonly path: Path; readonly what: 'added'; readonly after: unknown }
  | { readonly path: Path; readonly what: 'removed'; readonly before: unknown }
  | { readonly path: Path; readonly what: 'changed'; readonly before: unknown; readonly after: unknown };

/** The longest stretch of a list that is aligned. Longer ones are compared index by index, for aligning takes quadratic time. */
const longestAligned = 1_000;

type Kept = readonly [before: number, after: number];

/** The most pairs of equal items that are in the same order in both lists: a longest common subsequence. */
const aligned = (before: readonly unknown[], after: readonly unknown[]): readonly Kept[] => {
  const texts = after.map((item) => JSON.stringify(item));
  const same = before.map((item) => {
    const text = JSON.stringify(item);
    return texts.map(
      (other, index) => other === text || (other?.length === text?.length && sameJson(item, after[index])),
    );
  });
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const length = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = same[i]?.[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
  const kept: Kept[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    if (same[i]?.[j]) kept.push([i++, j++]);
    else if (length(i + 1, j) >= length(i, j + 1)) i += 1;
    else j += 1;
  }
  return kept;
};

/** In how many places two lists of one length differ. An object may well have moved: it counts for a little more than a plain value. */
const changedCells = (before: readonly unknown[], after: readonly unknown[]): number => {
  const differing = before.filter((item, index) => !sameJson(item, after[index]));
  return differing.length + (differing.some((item) => typeof item === 'object' && item !== null) ? 0.5 : 0);
};

/** How many changes are told of where these items are kept. */
const movedItems = (kept: readonly Kept[], before: number, after: number): number => {
  let count = 0;
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...kept, [before, after] as const]) {
    count += Math.max(nextI - i, nextJ - j);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return count;
};

/** What changed in a list. Where no fewer changes tell of it, they are those of its cells, as in a board; otherwise an item that only has another index,
 * because one before it was added or removed, has not changed. */
const listChanges = (path: Path, before: readonly unknown[], after: readonly unknown[], into: Change[]): void => {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && sameJson(before[start], after[start])) start += 1;
  let tail = 0;
  while (tail < shorter - start && sameJson(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const old = before.slice(start, before.length - tail);
  const young = after.slice(start, after.length - tail);
  const moved = Math.max(old.length, young.length) <= longestAligned ? aligned(old, young) : [];
  const isBoard =
    old.length === young.length && changedCells(old, young) <= movedItems(moved, old.length, young.length);
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...(isBoard ? [] : moved), [old.length, young.length] as const]) {
    // Between two kept items, the first old item is taken for the first new one, changed; and so on.
    while (i < nextI && j < nextJ) valueChanges([...path, start + j], old[i++], young[j++], into);
    while (i < nextI) into.push({ path: [...path, start + i], what: 'removed', before: old[i++] });
    while (j < nextJ) into.push({ path: [...path, start + j], what: 'added', after: young[j++] });
    [i, j] = [nextI + 1, nextJ + 1];
  }
};

const valueChanges = (path: Path, before: unknown, after: unknown, into: Change[]): void => {
  if (sameJson(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    listChanges(path, before, after, into);
    return;
  }
  const comparable = [before, after].every(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  if (!comparable) {
    into.push({ path, what: 'changed', before, after });
    return;
  }
  const [old, young] = [before, after] as readonly [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ];
  for (const key of new Set([...Object.keys(old), ...Object.keys(young)])) {
    if (old[key] === undefined && young[key] === undefined) continue;
    if (young[key] === undefined) into.push({ path: [...path, key], what: 'removed', before: old[key] });
    else if (old[key] === undefined) into.push({ path: [...path, key], what: 'added', after: young[key] });
    else valueChanges([...path, key], old[key], young[key], into);
  }
};

/** What changed between two states, in the order of the state; empty where they are the same. */
export const changes = (before: unknown, after: unknown): readonly Change[] => {
  const found: Change[] = [];
  valueChanges([], before, after, found);
  return found;
};
