import type { Lock } from 'dynalite/db/index.js';

/** A key that is to be held. */
interface Held {
  /** Its own among the keys of all tables. */
  readonly name: string;
  readonly key: string;
  readonly lock: Lock;
}

/** Holds a key; resolves with what lets it go. */
const hold = ({ key, lock }: Held): Promise<() => void> =>
  new Promise((resolve) => {
    lock(key, (release) => {
      const letGo = release(() => {});
      resolve(() => letGo(null));
    });
  });

/** Works while it holds some keys. All take them in one order, so that none waits for one who waits for it. */
export const inLine = async <T>(keys: readonly Held[], work: () => Promise<T>): Promise<T> => {
  const distinct = new Map(keys.map((each) => [each.name, each]));
  const letGo: (() => void)[] = [];
  try {
    for (const [, each] of [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1))) letGo.push(await hold(each));
    return await work();
  } finally {
    for (const each of letGo) each();
  }
};
