import { unfitValue } from '../../domain/json-text.ts';
import { maxPageBytes } from '../../domain/limits.ts';
import type { Page } from '../../domain/page.ts';
import { parseRoom } from '../../domain/room.ts';
import { sizeOf } from '../../domain/size.ts';
import { newEpoch } from '../../store/heads.ts';
import type { Restore } from '../../store/restore.ts';
import { ReplayError } from '../errors.ts';
import type { RoomLog } from '../log.ts';
import { extentOf, requireNext } from '../state.ts';
import { requireFoldable } from './foldable.ts';

/** What an import wrote. */
export interface Imported {
  readonly room: string;
  readonly version: number;
  readonly pages: number;
  readonly events: number;
}

/** Pages that are gathered before they are written: as many as one batch takes. */
const batch = 25;

/** Pages as table `log` takes them: none with more events than fit, and with the size of the events since the last checkpoint. */
async function* fitted(log: RoomLog, room: string, epoch: string): AsyncGenerator<Page> {
  let bytes = 0;
  const { first, last: end } = await extentOf(log);
  let version = first - 1;
  let hasStart = first === 1;
  for await (const whole of log.pages()) {
    requireNext(whole, version);
    requireFoldable(whole);
    hasStart ||= 'state' in whole;
    const { state, events, missing, ...page } = whole;
    let [start, size] = [0, 0];
    const part = (stop: number, to: number): Page => {
      const inside = missing?.filter(([first]) => first > version && first <= to);
      const cut = { ...page, room, epoch, lanes: 1, from: version + 1, to, events: events.slice(start, stop), bytes };
      [start, size, version] = [stop, 0, to];
      return { ...cut, ...(inside?.length && { missing: inside }) };
    };
    for (const [place, event] of events.entries()) {
      const unfit = unfitValue(event);
      if (unfit !== undefined)
        throw new ReplayError('not-importable', `Event ${event.seq} of ${log.room} can't be in a log. ${unfit}`);
      const own = sizeOf(JSON.stringify(event));
      const before = events[place - 1];
      if (before && place > start && size + own > maxPageBytes) yield part(place, before.seq);
      size += own;
      bytes += own;
    }
    const last = part(events.length, page.to);
    if (state === undefined) yield last;
    else {
      yield { ...last, state };
      bytes = 0;
    }
  }
  if (version !== end)
    throw new ReplayError(
      'broken-log',
      `The log of ${log.room} ends at ${version}, and not at ${end}: "verify" says more.`,
    );
  if (!hasStart)
    throw new ReplayError(
      'not-importable',
      `${log.room} begins at ${first}, and no state is recorded: nobody could fold it.`,
    );
}

/** Reads all of a room from an export, to know that it can be written. Throws `not-importable` and whatever reading throws. */
export const requireImportable = async (log: RoomLog, as = log.room): Promise<void> => {
  const [kind, wanted] = [parseRoom(log.room)?.kind, parseRoom(as)?.kind];
  if (wanted === undefined || wanted !== kind)
    throw new ReplayError('not-importable', `${log.room} can't become "${as}": name a room ${kind}/<id>.`);
  for await (const _ of fitted(log, as, ''));
};

/**
 * Writes a room from an export into tables that have no such room, as it was: events, refusals, recorded states. All of it is
 * read once before anything is written. `as`: the name that it gets, of the same kind. Throws `not-importable` and whatever
 * reading throws; nothing is written then. If writing itself fails, the room stays as far as it got.
 */
export const importRoom = async (log: RoomLog, restore: Restore, as = log.room): Promise<Imported> => {
  await requireImportable(log, as);
  const { last } = await extentOf(log);
  // Clients that knew the room elsewhere, or one of this name before, are told the state and not what came after theirs.
  const epoch = newEpoch();
  // The head first: an append that comes meanwhile gets a `seq` after the last event, and not one that is being imported.
  if (!(await restore.claim(as, last, epoch)))
    throw new ReplayError(
      'not-importable',
      `${as} exists already: import under another name with --as, or into a new runtime.`,
    );
  let [pages, events] = [0, 0];
  let waiting: Page[] = [];
  for await (const page of fitted(log, as, epoch)) {
    waiting.push(page);
    pages += 1;
    events += page.events.length;
    if (waiting.length < batch) continue;
    await restore.write(waiting);
    waiting = [];
  }
  await restore.write(waiting);
  return { room: as, version: last, pages, events };
};
