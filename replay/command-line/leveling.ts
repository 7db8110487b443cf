import type { End } from '../../store/ends.ts';

/** What becomes of the head of one room. */
export interface Leveling {
  readonly room: string;
  /** Where the head stands now; 0 where there is none. */
  readonly head: number;
  /** Where the log ends, and so where the head is to stand; 0 for a room that has no log any more, which begins anew. */
  readonly log: number;
  readonly epoch: 'kept' | 'new';
  /** Undefined for a head that goes. */
  readonly to: End | undefined;
}

/**
 * What brings heads and log together after one of them was restored, or both. A head that is older than its log would give out
 * numbers that are used, and acknowledged events would vanish; a head that is newer would leave a gap. `renew` makes a new epoch:
 * given where the log was restored, for it may have lost events that clients know. Heads that are right already are left out.
 */
export const levelings = (
  heads: ReadonlyMap<string, End>,
  log: ReadonlyMap<string, End>,
  renew?: () => string,
): readonly Leveling[] =>
  [...new Set([...heads.keys(), ...log.keys()])].toSorted().flatMap((room): readonly Leveling[] => {
    const [head, end] = [heads.get(room), log.get(room)];
    if (end === undefined) return [{ room, head: head?.seq ?? 0, log: 0, epoch: 'new', to: undefined }];
    const epoch = renew?.() ?? (end.epoch || head?.epoch || '');
    if (head?.seq === end.seq && head.epoch === epoch) return [];
    return [{ room, head: head?.seq ?? 0, log: end.seq, epoch: renew ? 'new' : 'kept', to: { seq: end.seq, epoch } }];
  });
