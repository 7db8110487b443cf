import type { EventsMessage, JoinRequest, PublicEvent, StateMessage } from '../../domain/protocol.ts';

/** The last `seq` that a client knows all about, and the history that it is of. */
export interface Known {
  readonly version: number;
  readonly epoch: string;
}

/** What a client knows of one room, by the rules of docs/protocol.md. */
export interface RoomView {
  /** Undefined before it was told anything. */
  readonly known: Known | undefined;
  readonly state: unknown;
  /** All events of this history that it was told of since it joined, in order, once each. */
  readonly events: readonly PublicEvent[];
  /** How often it found that something is missing, or of another history, and asked. */
  readonly syncs: number;
  /** Whether it has asked and was not answered yet. */
  readonly waiting: boolean;
  take(message: StateMessage | EventsMessage): void;
  /** Asks where the room stands. `from`: what it knows of the room, where that was on another connection. */
  ask(action: JoinRequest['action'], from?: Known): void;
}

/** A gap is asked about once in so many milliseconds: an answer may come in many parts. */
const patience = 2000;

export const createRoomView = (room: string, send: (request: JoinRequest) => void): RoomView => {
  let known: Known | undefined;
  let state: unknown;
  let events: PublicEvent[] = [];
  /** Events that came before what they follow, or of another history. */
  let kept: EventsMessage[] = [];
  let syncs = 0;
  let waiting = false;
  let asked: ReturnType<typeof setTimeout> | undefined;

  /** Before its first event a room has no history that another could differ from. */
  const isOther = (epoch: string) => known !== undefined && known.version > 0 && epoch !== known.epoch;

  const ask: RoomView['ask'] = (action, from) => {
    known ??= from;
    waiting = true;
    send({ action, room, ...(known && { since: known.version, epoch: known.epoch }) });
  };

  const sync = () => {
    if (waiting || asked) return;
    syncs += 1;
    ask('sync');
    asked = setTimeout(() => {
      asked = undefined;
      if (kept.length > 0) sync();
    }, patience).unref();
  };

  /** Takes what follows on what is known. Whether that was the answer: then what is left of other histories is late. */
  const goOn = (answered: boolean) => {
    while (known) {
      const { version } = known;
      const next = kept.find(({ epoch, from, to }) => !isOther(epoch) && from <= version + 1 && to > version);
      if (!next) break;
      events.push(...next.events.filter(({ seq }) => seq > version));
      known = { version: next.to, epoch: next.epoch };
    }
    if (!known) return;
    const { version, epoch } = known;
    kept = kept.filter((message) => (message.epoch === epoch ? message.to > version : !answered));
    if (kept.length > 0) sync();
  };

  const takeState = (message: StateMessage) => {
    const other = isOther(message.epoch);
    if (other && !waiting) return sync();
    const answered = waiting;
    waiting = false;
    if (other) events = [];
    if (other || !known || message.version > known.version) {
      known = { version: message.version, epoch: message.epoch };
      state = message.state;
    }
    return goOn(answered);
  };

  const takeEvents = (message: EventsMessage) => {
    const answered = waiting && message.recovered === true;
    if (answered) waiting = false;
    kept.push(message);
    goOn(answered);
  };

  return {
    get known() {
      return known;
    },
    get state() {
      return state;
    },
    get events() {
      return events;
    },
    get syncs() {
      return syncs;
    },
    get waiting() {
      return waiting;
    },
    ask,
    take: (message) => (message.type === 'state' ? takeState(message) : takeEvents(message)),
  };
};
