import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { ReplayError } from '../errors.ts';
import { fileHistory } from './file.ts';
import type { History } from './history.ts';

/** Opens an export on this machine. Throws `bad-file`. `onRead` as for `fileHistory`. */
export const openFile = async (path: string, onRead?: (bytes: number) => void): Promise<History> => {
  let file: Blob;
  try {
    file = await openAsBlob(path);
  } catch (cause) {
    throw new ReplayError('bad-file', `${path} can't be read: is there such a file?`, { cause });
  }
  return fileHistory(file, basename(path), onRead);
};
