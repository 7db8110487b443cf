import { setImmediate } from 'node:timers/promises';
import type { LoggedEvent } from '../domain/event.ts';
import type { Fault } from '../domain/fault.ts';
import { refold } from '../domain/fold.ts';
import type { Kind } from '../domain/kind.ts';
import { after, type Latest, type Page } from '../domain/page.ts';
import { initialState } from '../domain/settled.ts';
import { upcastPage } from '../domain/upcast.ts';
import { isOf, madeBy, upgraded, versionOf } from '../domain/version.ts';
import type { Bookmark, Bookmarks } from './bookmark.ts';
import { limit } from './limit.ts';
import type { PageReader } from './page-reader.ts';

/** A room that was folded afresh, wholly or in part. */
export interface FoldedAfresh {
  readonly room: string;
  /** The version of the rules that made the recorded state. */
  readonly from: number;
  readonly events: number;
  readonly ms: number;
  /** `events`: all of them were there. `upgrade`: older ones were gone, and the kind made its state of the recorded one. `stuck`: it could not. */
  readonly by: 'events' | 'upgrade' | 'stuck';
  /** Why it could not. */
  readonly fault?: Fault;
  /** Whether the time ran out before the end: what was done is kept, and whoever comes next goes on. */
  readonly unfinished: boolean;
}

/** A room is being folded afresh, and it takes longer than this caller may. What was done is kept: ask again. */
export class StillFolding extends Error {
  override readonly name = 'StillFolding';

  constructor(room: string, version: number) {
    super(`${room} is being folded afresh by new rules, and has come to version ${version}: try again.`);
  }
}

export interface AfreshDeps {
  readonly reader: Pick<PageReader, 'forwards'>;
  readonly bookmarks: Bookmarks;
  readonly onFault: (room: string, event: LoggedEvent, fault: Fault) => void;
  readonly onAfresh: (folded: FoldedAfresh) => void;
  /** The longest that one caller goes on for, in milliseconds. */
  readonly patience: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Events that are folded in one go. Between two goes other rooms have their turn. */
const atOnce = 500;

interface Progress<State> {
  version: number;
  state: State;
  counted: number;
  by: FoldedAfresh['by'];
  fault?: Fault;
}

/** Where folding afresh begins, given the first page that is left: at the room's beginning, or after that page. */
const beginningAt = <State>(kind: Kind<State>, page: Page<State>): Progress<State> => {
  const start = { version: page.from - 1, counted: page.from - 1, by: 'events' } as const;
  if (page.from === 1 || !('state' in page)) return { ...start, state: initialState(kind) };
  const made = upgraded(kind, page.state, page, limit);
  const counted = after(page, page.state, start.counted).counted;
  const by = (page.rules ?? 1) === versionOf(kind) ? 'events' : 'upgrade';
  if ('state' in made) return { version: page.to, counted, by, state: made.state };
  return { version: page.to, counted, by: 'stuck', state: page.state as State, fault: made.fault };
};

/**
 * Where a room stands after its page `last`, for rules that did not make the state that is recorded: folded from the log's first
 * event, page by page as they are read, with the verdicts that the events had (F5). `keeps`: whether to keep what was done.
 *
 * Throws `StillFolding` when it takes too long.
 */
export const createAfresh =
  ({ reader, bookmarks, onFault, onAfresh, patience, now }: AfreshDeps) =>
  async <State>(
    room: string,
    kind: Kind<State>,
    last: Page<State>,
    recordedBy: number,
    keeps: boolean,
  ): Promise<Latest<State>> => {
    const began = now();
    const watch = { limit, onFault: (event: LoggedEvent, fault: Fault) => onFault(room, event, fault) };
    const bookmark = await bookmarks.read(room);
    const usable =
      bookmark && isOf(kind, bookmark) && bookmark.epoch === last.epoch && bookmark.to <= last.to
        ? bookmark
        : undefined;

    const fold = async (start: Bookmark | undefined): Promise<Latest<State> | undefined> => {
      let done: Progress<State> | undefined = start && {
        version: start.to,
        state: start.state as State,
        counted: start.counted,
        by: 'events',
      };
      let [events, waiting]: [number, LoggedEvent[]] = [0, []];
      const foldWaiting = (progress: Progress<State>, version: number) => {
        progress.state = refold(kind, progress.state, waiting, watch);
        progress.counted = waiting.findLast(({ refused }) => refused === undefined)?.seq ?? progress.counted;
        progress.version = version;
        events += waiting.length;
        waiting = [];
      };
      const keep = async ({ version: to, state, counted, by }: Progress<State>) => {
        if (!keeps || by === 'stuck' || to === start?.to) return;
        await bookmarks.write(room, { to, state, counted, epoch: last.epoch, ...madeBy(kind) });
      };
      const told = ({ by, fault }: Progress<State>, unfinished: boolean) =>
        onAfresh({
          room,
          from: recordedBy,
          events,
          ms: now() - began,
          by,
          unfinished,
          ...(fault && { fault }),
        });

      let next = (start?.to ?? 0) + 1;
      for await (const read of reader.forwards(room, next, last.to)) {
        // Pages in between were swept away: what the bookmark says leads nowhere.
        if (start && read.from > next) return undefined;
        const page = read.to >= last.to ? last : upcastPage(kind, read as Page<State>, watch);
        done ??= beginningAt(kind, page);
        next = page.to + 1;
        if (page.to <= done.version) continue;
        const { version } = done;
        if (done.by !== 'stuck') waiting.push(...page.events.filter(({ seq }) => seq > version));
        else done.version = page.to;
        // A state that these rules made says more than their folding again, and whoever was stuck is so no more.
        if ('state' in page && isOf(kind, page)) {
          foldWaiting(done, page.to);
          [done.state, done.by] = [page.state as State, 'events'];
        }
        if (waiting.length < atOnce) continue;
        foldWaiting(done, page.to);
        if (page.to < last.to && now() - began > patience) {
          await keep(done);
          told(done, true);
          throw new StillFolding(room, page.to);
        }
        await setImmediate();
      }
      if (!done) return undefined;
      if (done.by !== 'stuck') foldWaiting(done, last.to);
      await keep(done);
      // Whoever finds all of it done already did nothing to be told of.
      if (done.by === 'stuck' || events > 0 || done.by === 'upgrade') told(done, false);
      const stands = after(last, done.state, done.counted);
      return { ...stands, ...(done.by === 'stuck' ? { stuck: true } : { afresh: true }) };
    };

    const stands = (usable && (await fold(usable))) ?? (await fold(undefined));
    if (!stands) throw new Error(`The log of ${room} has no pages any more.`);
    return stands;
  };
