import type { LoggedEvent } from '../domain/event.ts';
import type { Kind } from '../domain/kind.ts';
import type { EventsMessage, PublicEvent, StateMessage } from '../domain/protocol.ts';
import type { AnyKind } from './types.ts';

/** What is known of a room for certain. */
export interface Known {
  readonly state: unknown;
  /** The `seq` up to which all is known. */
  readonly version: number;
  readonly epoch: string;
  /** The version of the rules that made the state; undefined where events came since that could not be folded here. */
  readonly rules: number | undefined;
}

/** What is to be done after a message was taken. `state-soon`: what came since can't be followed by events, so the state is to be asked for. */
export type Next = 'nothing' | 'sync' | 'sync-soon' | 'state-soon';

/** What a room's messages come to, by the rules of docs/protocol.md, "What a client does with what it is sent". */
export interface Knowledge {
  readonly known: Known | undefined;
  /** The kind, while its rules are those that the server goes by. */
  readonly ruling: AnyKind | undefined;
  /** `answer`: it is the answer to our own question, by which we go. */
  take(message: StateMessage | EventsMessage, answer: boolean): Next;
}

/** Events that come before what they follow are kept: so many messages, of which the oldest go. They are asked for again. */
const mostKept = 1000;

/** `heard`: told of each event that counts, in order, each once. */
export const createKnowledge = (kind: AnyKind | undefined, heard: (event: PublicEvent) => void): Knowledge => {
  let known: Known | undefined;
  let kept: EventsMessage[] = [];

  const isOther = (epoch: string): boolean => known !== undefined && known.version > 0 && epoch !== known.epoch;

  const rulingAt = (rules: number | undefined): AnyKind | undefined =>
    kind && (kind.version ?? 1) === rules ? kind : undefined;

  const apply = ({ events, to, epoch, rules = 1 }: EventsMessage): void => {
    if (!known || to <= known.version) return;
    const { version, state } = known;
    const fresh = events.filter(({ seq }) => seq > version);
    // By other rules, or of none, the state is asked for: events say only what happened.
    const ruling = rules === known.rules && rulingAt(rules);
    known = {
      state: ruling
        ? ruling.folding.refold(ruling as unknown as Kind, state, fresh as unknown as readonly LoggedEvent[])
        : state,
      version: to,
      epoch,
      rules: ruling ? rules : undefined,
    };
    for (const event of fresh) heard(event);
  };

  /** Takes what was kept and follows now. What is still missing after that. */
  const follow = (): Next => {
    kept = kept
      .filter(({ to, epoch }) => !known || isOther(epoch) || to > known.version)
      .sort((a, b) => a.from - b.from);
    for (const message of [...kept]) {
      if (!known || isOther(message.epoch) || message.from > known.version + 1) continue;
      kept = kept.filter((each) => each !== message);
      apply(message);
    }
    if (known && !known.rules) return 'state-soon';
    return kept.length > 0 ? 'sync-soon' : 'nothing';
  };

  const keep = (message: EventsMessage): void => {
    kept = [...kept, message].slice(-mostKept);
  };

  const takeState = ({ state, version, epoch, rules = 1 }: StateMessage, answer: boolean): Next => {
    if (!answer && isOther(epoch)) return 'sync';
    const isNew = !known || isOther(epoch) || version > known.version || (answer && version === known.version);
    if (isNew) known = { state, version, epoch, rules };
    // What was kept of another history than the answer's is of none any more.
    if (answer) kept = kept.filter((each) => !isOther(each.epoch));
    return follow();
  };

  return {
    get known() {
      return known;
    },
    get ruling() {
      return rulingAt(known?.rules);
    },
    take: (message, answer) => {
      if (message.type === 'state') return takeState(message, answer);
      if (!known) {
        keep(message);
        return 'nothing';
      }
      if (isOther(message.epoch)) {
        keep(message);
        return 'sync';
      }
      if (message.from > known.version + 1) keep(message);
      else apply(message);
      return follow();
    },
  };
};
