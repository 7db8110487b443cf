import type { Registry } from '../../domain/registry.ts';
import { registry } from '../../domain/registry.ts';
import { limit } from '../../store/limit.ts';
import { firstOtherwise, type Otherwise } from '../edited.ts';
import { ReplayError } from '../errors.ts';
import { databaseHistory } from '../history/database.ts';
import type { History, RoomSummary } from '../history/history.ts';
import { remembered } from '../remembered.ts';
import { openDatabase } from './database.ts';
import { countText, several } from './show/count.ts';
import { inert } from './show/inert.ts';

/** Rooms that are named. */
const most = 5;

/** How long rooms are looked at, in ms: whoever saves looks at the terminal for a moment. */
const patience = 3_000;

const ending = ({ what, refused, fault }: Otherwise): string => {
  if (what === 'state') return 'would now make another state';
  if (refused === undefined) return 'would now count';
  return `would now be refused (${inert(fault ? `fault: ${fault.message}` : refused)})`;
};

/** What an edit does to a room, in a line; `undefined` for nothing. */
const remarkOn = async (
  { room }: RoomSummary,
  old: Registry,
  history: History,
  isOver: () => boolean,
): Promise<string | undefined> => {
  const [before, after] = [old.kindOf(room), registry.kindOf(room)];
  if (!before || !after) return undefined;
  try {
    const found = await firstOtherwise(remembered(await history.open(room)), before, after, { limit, isOver });
    return found && `${inert(room)}: event ${countText(found.version)} ${ending(found)}`;
  } catch (cause) {
    // Such as a log whose beginning is gone, and rules that can make nothing of the state that is left.
    if (cause instanceof ReplayError) return `${inert(room)}: ${cause.message}`;
    throw cause;
  }
};

/** Lines that name rooms which the rules in this folder would make otherwise than the `old` ones, the newest rooms first. */
export async function* remarksOn(
  old: Registry,
  { folder, port }: { readonly folder: string; readonly port: number },
): AsyncGenerator<string> {
  const { name, client, tables, close } = await openDatabase({ port }, folder);
  try {
    const history = databaseHistory(name, client, tables);
    const rooms = [...(await history.rooms())].sort((one, other) => (other.last?.at ?? 0) - (one.last?.at ?? 0));
    const end = performance.now() + patience;
    const isOver = () => performance.now() > end;
    let [found, left] = [0, 0];
    for (const [index, room] of rooms.entries()) {
      const remark = room.version > 0 ? await remarkOn(room, old, history, isOver) : undefined;
      if (remark !== undefined) {
        found += 1;
        if (found <= most) yield remark;
      } else if (isOver()) {
        left = rooms.length - index;
        break;
      }
    }
    const more = [
      ...(found > most ? [`and ${countText(found - most)} more`] : []),
      ...(left > 0 ? [`${several(left, 'room')} not looked at`] : []),
    ];
    if (more.length > 0) yield `${more.join(', ')}: npx foldcast whatif --all`;
  } finally {
    await close();
  }
}
