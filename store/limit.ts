import { createContext, Script } from 'node:vm';
import type { Limit } from '../domain/limit.ts';

const place = createContext(Object.create(null) as { work?: () => unknown });
const script = new Script('work()');

/** Ends work that takes too long, wherever it is: in a loop, or within a regular expression. */
export const limit: Limit = <T>(work: () => T, ms: number): T => {
  const outer = place.work;
  place.work = work;
  try {
    return script.runInContext(place, { timeout: ms }) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
    throw new Error(`The rules did not end within ${ms} ms.`);
  } finally {
    place.work = outer;
  }
};
