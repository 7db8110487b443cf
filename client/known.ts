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
}

/** What is to be done after a message was taken. */
export type Next = 'nothing' | 'sync' | 'sync-soon';

/** What a room's messages come to, by the rules of docs/protocol.md, "What a client does with what it is sent". */
export interface Knowledge {
  readonly known: Known | undefined;
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

  const apply = ({ events, to, epoch }: EventsMessage): void => {
    if (!known || to <= known.version) return;
    const fresh = events.filter(({ seq }) => seq > (known?.version ?? 0));
    // Of a kind whose rules are not here the state is asked for; events say only what happened.
    const state = kind
      ? kind.folding.refold(kind as unknown as Kind, known.state, fresh as unknown as readonly LoggedEvent[])
      : known.state;
    known = { state, version: to, epoch };
    for (const event of fresh) heard(event);
  };

  /** Takes what was kept and follows now. Whether something is still missing. */
  const follow = (): boolean => {
    kept = kept
      .filter(({ to, epoch }) => !known || isOther(epoch) || to > known.version)
      .sort((a, b) => a.from - b.from);
    for (const message of [...kept]) {
      if (!known || isOther(message.epoch) || message.from > known.version + 1) continue;
      kept = kept.filter((each) => each !== message);
      apply(message);
    }
    return kept.length > 0;
  };

  const keep = (message: EventsMessage): void => {
    kept = [...kept, message].slice(-mostKept);
  };

  const takeState = ({ state, version, epoch }: StateMessage, answer: boolean): Next => {
    if (!answer && isOther(epoch)) return 'sync';
    const isNew = !known || isOther(epoch) || version > known.version || (answer && version === known.version);
    if (isNew) known = { state, version, epoch };
    // What was kept of another history than the answer's is of none any more.
    if (answer) kept = kept.filter((each) => !isOther(each.epoch));
    return follow() ? 'sync-soon' : 'nothing';
  };

  return {
    get known() {
      return known;
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
      return follow() ? 'sync-soon' : 'nothing';
    },
  };
};
