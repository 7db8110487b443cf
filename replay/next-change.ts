import type { Kind } from '../domain/kind.ts';
import type { Path } from '../domain/path.ts';
import { isOf } from '../domain/version.ts';
import type { RoomLog } from './log.ts';
import { sameJson } from './same.ts';
import { earliest, extentOf } from './state.ts';
import { type Step, steps } from './steps.ts';

/** The value at a place in a state; `undefined` where there is none. */
export const valueAt = (state: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string | number, unknown>>)[key]
        : undefined,
    state,
  );

/** Where a value of a state is looked for, and from which version on or back. */
export interface Sought {
  readonly path: Path;
  readonly version: number;
}

const changed =
  (path: Path) =>
  ({ before, after }: Step): boolean =>
    !sameJson(valueAt(before, path), valueAt(after, path));

/** The first version after `version` at which an event changed the value at a path; `undefined` if none did. Throws as `stateAt` does. */
export const nextChange = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  { path, version }: Sought,
): Promise<number | undefined> => {
  const { last } = await extentOf(log);
  if (version >= last) return undefined;
  const isOther = changed(path);
  for await (const step of steps(log, kind, { from: version + 1 })) if (isOther(step)) return step.event.seq;
  return undefined;
};

/**
 * The last version before `version` at which an event changed the value at a path; `undefined` if none did. Folds from one recorded state to the next, from the
 * newest back. Throws as `stateAt` does.
 */
export const lastChange = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  { path, version }: Sought,
): Promise<number | undefined> => {
  const start = await earliest(log, kind);
  const isOther = changed(path);
  for (let to = version - 1; to > start.version; ) {
    const checkpoint = await log.checkpoint(to - 1);
    const from = checkpoint && isOf(kind, checkpoint) ? Math.max(checkpoint.version, start.version) : start.version;
    let found: number | undefined;
    for await (const step of steps(log, kind, { from: from + 1, to })) if (isOther(step)) found = step.event.seq;
    if (found !== undefined) return found;
    to = from;
  }
  return undefined;
};
