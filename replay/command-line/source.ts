import type { Page } from '../../domain/page.ts';
import type { HistoryTables } from '../history/database.ts';
import type { History } from '../history/history.ts';
import type { Place } from './place.ts';

/** Where a history is read, in a form that another thread can be told. `file`: a path. */
export type Source =
  | { readonly file: string }
  | { readonly name: string; readonly aws: Place['aws']; readonly tables: HistoryTables };

/** Opens what this process reads once more, in this thread. Throws `bad-file`. */
export const openSource = async (source: Source, onUnreadable: (page: Page) => void): Promise<History> => {
  if ('file' in source) {
    const { openFile } = await import('../history/open-file.ts');
    return openFile(source.file);
  }
  const [{ clientOf }, { databaseHistory }] = await Promise.all([
    import('./database.ts'),
    import('../history/database.ts'),
  ]);
  return databaseHistory(source.name, clientOf(source.aws), source.tables, onUnreadable);
};
