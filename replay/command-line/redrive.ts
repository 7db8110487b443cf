import { type Delivery, parseDelivery, withoutState } from '../../domain/delivery.ts';
import type { Draft } from '../../domain/event.ts';
import type { Registry } from '../../domain/registry.ts';
import type { DeadLetter } from '../../store/dead-letters.ts';
import { type Deliveries, nameAgain, pageNamed } from '../../store/deliveries.ts';
import type { Heads } from '../../store/heads.ts';
import type { Log } from '../../store/log.ts';
import { givenUpRecords, noticeOf } from '../../store/notices.ts';

/** What is to be done with something that was given up, and why. */
type Fate = 'again' | 'left out' | 'stays';

/** One line of the answer. */
export interface Redriven {
  readonly what: 'notice' | 'delivery';
  /** Of the message. */
  readonly id: string;
  readonly fate: Fate;
  readonly room?: string | undefined;
  /** In a few words: what it says, or why it stays or is left out. */
  readonly says: string;
}

/** A dead letter, what becomes of its parts, and what does it. */
export interface Plan {
  readonly letter: DeadLetter;
  readonly parts: readonly Redriven[];
  /** Plays it again. The letter can go afterwards; none for one that stays. */
  readonly play?: () => Promise<unknown>;
}

export interface RedriveDeps {
  readonly registry: Registry;
  readonly log: Pick<Log, 'latest' | 'page'>;
  readonly heads: Pick<Heads, 'append'>;
  readonly deliveries: Pick<Deliveries, 'queue'>;
  /** The room that hears of the bucket. */
  readonly filesRoom: string;
}

const unreadable = (what: Redriven['what'], letter: DeadLetter, cause: unknown): Plan => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return { letter, parts: [{ what, id: letter.id, fate: 'stays', says: `it can't be read: ${why}` }] };
};

/** What the room would make of a notice: one that says nothing newer than it knows is refused, and need not be appended. */
const refusalOf = async ({ registry, log, filesRoom }: RedriveDeps, draft: Draft): Promise<string | undefined> => {
  const kind = registry.kindOf(filesRoom);
  if (!kind) return `there is no kind for ${filesRoom}`;
  const { state, version } = await log.latest(filesRoom, kind);
  return kind.refusal?.(state, { ...draft, seq: version + 1 });
};

/** A notification of the bucket: its records are appended as the function would have done. */
export const planNotice = async (deps: RedriveDeps, letter: DeadLetter): Promise<Plan> => {
  try {
    const drafts = givenUpRecords(letter.body).flatMap((record) => noticeOf(record) ?? []);
    const judged = await Promise.all(drafts.map(async (draft) => ({ draft, refusal: await refusalOf(deps, draft) })));
    const parts = judged.map(({ draft, refusal }): Redriven => {
      const says = `${draft.type} ${String((draft.data as { bucketKey?: unknown }).bucketKey)}`;
      const fate = refusal === undefined ? 'again' : 'left out';
      return {
        what: 'notice',
        id: letter.id,
        room: deps.filesRoom,
        fate,
        says: refusal ? `${says}: ${refusal}` : says,
      };
    });
    const play = async () => {
      for (const { draft, refusal } of judged)
        if (refusal === undefined) await deps.heads.append(deps.filesRoom, draft);
    };
    return { letter, parts, play };
  } catch (cause) {
    return unreadable('notice', letter, cause);
  }
};

/** Whether members have been sent a newer state of the room since: the log has a page after the one that was cast, or another history. */
const isOld = async (log: RedriveDeps['log'], room: string, name: string): Promise<boolean> => {
  const page = pageNamed(name);
  if (page === undefined) return true;
  const own = await log.page(room, page.from);
  return own === undefined || own.epoch !== page.epoch || (await log.page(room, own.to + 1)) !== undefined;
};

const roomOf = (delivery: Delivery): string | undefined => (delivery.type === 'direct' ? undefined : delivery.room);

/** A delivery: queued again in its group, without a state that is no longer the newest. */
export const planDelivery = async ({ log, deliveries }: RedriveDeps, letter: DeadLetter): Promise<Plan> => {
  try {
    const dead = parseDelivery(letter.body);
    const old = dead.type === 'state' && (await isOld(log, dead.room, letter.name));
    const delivery = old ? withoutState(dead) : dead;
    const posts = delivery.to.reduce((sum, { connections }) => sum + connections.length, 0);
    const about = { what: 'delivery', id: letter.id, room: roomOf(dead) } as const;
    const without = old ? ', without an old state' : '';
    if (posts === 0)
      return {
        letter,
        parts: [{ ...about, fate: 'left out', says: old ? 'a state that is old' : 'nothing that is still to be said' }],
        play: async () => {},
      };
    return {
      letter,
      parts: [{ ...about, fate: 'again', says: `to ${posts} connection${posts === 1 ? '' : 's'}${without}` }],
      play: () => deliveries.queue([{ group: letter.group, name: nameAgain(letter.name, letter.id), delivery }]),
    };
  } catch (cause) {
    return unreadable('delivery', letter, cause);
  }
};
