import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseRoom } from '../../domain/room.ts';

/** Where pages are, in a project's folder: that of a kind has the kind's name. */
const folderOfPages = 'web';

/** The page on which somebody takes part in a room, such as `/chat#lobby`; `undefined` where its kind has none in this project. */
export const pageOf = (room: string, folder: string): string | undefined => {
  const { kind = '', id = '' } = parseRoom(room) ?? {};
  return existsSync(join(folder, folderOfPages, `${kind}.html`)) ? `/${kind}#${encodeURIComponent(id)}` : undefined;
};
