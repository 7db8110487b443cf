import { hash } from 'node:crypto';
import { type FSWatcher, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

export interface WatchOptions {
  /** What names in `paths` are relative to. */
  readonly folder: string;
  /** Files, and folders with all that is in them. */
  readonly paths: readonly string[];
  /** A file or folder in them that is passed by. */
  readonly except?: string | undefined;
  /** Told of files that now say something else, together when an editor writes several; their names are relative to `folder`. */
  readonly onChange: (files: readonly string[]) => void;
}

/** An editor that saves all writes its files within this time, in ms. */
const together = 40;

/** Packages, and what begins with a dot or is an editor's own. */
const passedBy = /^(\..*|node_modules|.*~|.*\.(swp|swx|tmp)|4913)$/;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** What a file says; `undefined` if it is gone. */
const said = (path: string): string | undefined => {
  try {
    return hash('sha1', readFileSync(path));
  } catch {
    return undefined;
  }
};

/** Watches sources. Node's own recursive watching looks into each package too, which takes seconds. */
export const watchSources = ({ folder, paths, except, onChange }: WatchOptions) => {
  const watchers = new Map<string, FSWatcher>();
  const contents = new Map<string, string | undefined>();
  const suspects = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    const changed = [...suspects].filter((path) => {
      const [before, now] = [contents.get(path), said(path)];
      contents.set(path, now);
      return now !== before;
    });
    suspects.clear();
    if (changed.length > 0) onChange(changed.map((path) => relative(folder, path).split(sep).join('/')).toSorted());
  };
  const look = (path: string): void => {
    if (isFolder(path)) {
      enter(path, true);
      return;
    }
    suspects.add(path);
    clearTimeout(timer);
    timer = setTimeout(tell, together);
  };
  /** `isNew`: what is in it has changed. */
  const enter = (path: string, isNew: boolean): void => {
    if (except !== undefined && path === resolve(folder, except)) return;
    if (!watchers.has(path)) {
      const watcher = watch(path, (_, name) => {
        if (name !== null && !passedBy.test(name)) look(join(path, name));
      });
      const leave = () => {
        watcher.close();
        watchers.delete(path);
      };
      // Its folder is gone.
      watcher.on('error', leave).unref();
      watchers.set(path, watcher);
    }
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (passedBy.test(entry.name)) continue;
      const inside = join(path, entry.name);
      if (entry.isDirectory()) enter(inside, isNew);
      else if (isNew) look(inside);
      else contents.set(inside, said(inside));
    }
  };
  /** Editors put another file in the place of one: so it is its folder that is watched. */
  const enterFile = (path: string): void => {
    contents.set(path, said(path));
    const watcher = watch(dirname(path), (_, name) => {
      if (name !== null && join(dirname(path), name) === path) look(path);
    });
    watchers.set(path, watcher.unref());
  };
  for (const path of paths.map((each) => join(folder, each))) {
    if (isFolder(path)) enter(path, false);
    else if (isFolder(dirname(path))) enterFile(path);
  }

  return {
    close: (): void => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
};
