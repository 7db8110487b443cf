import { hashOf } from './lane.ts';
import { eventsMessages, type PublicEvent } from './protocol.ts';

/** What one connection is sent of a delivery: texts, in order, and after them the events where it is one of events. */
export interface Part<Text = string> {
  readonly texts: readonly Text[];
  /** So many of the last texts say the room's state: those of a newer state take their place. */
  readonly state?: number;
  /** Set where it is sent the events, in one envelope with those of the next deliveries. */
  readonly envelope?: true;
}

/** Texts, each once, and which of them connections are sent, by their places. */
interface Addressed {
  readonly texts: readonly string[];
  readonly to: readonly (Part<number> & { readonly connections: readonly string[] })[];
}

/** What members are told of one page: the state after it, and its senders what became of their actions. */
export interface StateCast extends Addressed {
  readonly type: 'state';
  readonly room: string;
  /** When the first event of the page was appended, in milliseconds since 1970: how late a cast is, is measured from there. */
  readonly appended?: number;
}

/** What members are told of one page: its events that count, and its senders what became of their actions. */
export interface EventsCast extends Addressed {
  readonly type: 'events';
  readonly room: string;
  readonly appended?: number;
  readonly epoch: string;
  /** The events are those after `since` up to `version`. */
  readonly since: number;
  readonly version: number;
  /** The version of the rules that they are of; absent for 1. */
  readonly rules?: number;
  readonly events: readonly PublicEvent[];
}

/** What one connection has to say to another, or an operator to all. */
export interface DirectDelivery extends Addressed {
  readonly type: 'direct';
  /** Who is told if there is no such connection, and that sender's own id of the message. */
  readonly sender?: { readonly connection: string; readonly id?: string };
}

/** Nothing to anybody: members whose time is over, who are to be closed instead of being told what is new. */
export interface ClosingDelivery extends Addressed {
  readonly type: 'close';
  readonly room: string;
  readonly connections: readonly string[];
}

/** Texts, and the connections that they are for. The JSON of one is the body of a message of the queue. */
export type Delivery = StateCast | EventsCast | DirectDelivery | ClosingDelivery;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isAddressed = ({ texts, to }: Readonly<Record<string, unknown>>): boolean =>
  isTexts(texts) &&
  Array.isArray(to) &&
  to.every(
    (part: unknown) =>
      isObject(part) &&
      isTexts(part.connections) &&
      Array.isArray(part.texts) &&
      part.texts.every((place: unknown) => typeof place === 'number' && place in texts),
  );

/** Reads the body of a message of the queue. Throws at what is no delivery: a text that is none would be tried for ever. */
export const parseDelivery = (body: string): Delivery => {
  const delivery: unknown = JSON.parse(body);
  const isOne =
    isObject(delivery) &&
    isAddressed(delivery) &&
    (delivery.type === 'direct' ||
      (typeof delivery.room === 'string' &&
        (delivery.type === 'state' ||
          (delivery.type === 'events' && Array.isArray(delivery.events)) ||
          (delivery.type === 'close' && isTexts(delivery.connections)))));
  if (!isOne) throw new TypeError('The message is no delivery.');
  return delivery as unknown as Delivery;
};

/** Names texts by their places, and connections together that are sent the same. Whoever is sent nothing is left out. */
export const address = (parts: ReadonlyMap<string, Part>): Addressed => {
  const places = new Map<string, number>();
  const placeOf = (text: string) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const groups = new Map<string, Part<number> & { readonly connections: string[] }>();
  // A room has thousands of members and few different parts: one that is known is not read again.
  const known = new Map<Part, string[]>();
  for (const [connection, part] of parts) {
    if (part.texts.length === 0 && !part.envelope) continue;
    let connections = known.get(part);
    if (!connections) {
      const own = { ...part, texts: part.texts.map(placeOf) };
      const key = JSON.stringify(own);
      const group = groups.get(key) ?? { ...own, connections: [] };
      groups.set(key, group);
      known.set(part, group.connections);
      connections = group.connections;
    }
    connections.push(connection);
  }
  return { texts: [...places.keys()], to: [...groups.values()] };
};

const partsOf = ({ texts, to }: Addressed): ReadonlyMap<string, Part> =>
  new Map(
    to.flatMap(({ connections, ...part }) => {
      const own = { ...part, texts: part.texts.map((place) => texts[place] ?? '') };
      return connections.map((connection) => [connection, own] as const);
    }),
  );

/** The same delivery for other parts. Events that nobody is sent are left out. */
export const withParts = (delivery: Delivery, parts: ReadonlyMap<string, Part>): Delivery => {
  const addressed = address(parts);
  const isUnsent = delivery.type === 'events' && !addressed.to.some(({ envelope }) => envelope);
  return { ...delivery, ...addressed, ...(isUnsent && { events: [] }) };
};

/** The same delivery without what it says of the room's state, for when a newer one has been sent. */
export const withoutState = (delivery: Delivery): Delivery => {
  const parts = Array.from(partsOf(delivery), ([connection, { state = 0, ...part }]): [string, Part] => [
    connection,
    { ...part, texts: part.texts.slice(0, part.texts.length - state) },
  ]);
  return withParts(delivery, new Map(parts));
};

/** The first half of what a connection is sent, or the second. What is news is the last of it, and stays whole. */
const half = ({ texts, ...news }: Part, side: number): Part => {
  const middle = news.state || news.envelope ? texts.length - (news.state ?? 0) : Math.ceil(texts.length / 2);
  return side === 0 ? { texts: texts.slice(0, middle) } : { ...news, texts: texts.slice(middle) };
};

/** A piece of a delivery, and a name that tells it from the others: `01` is the second half of the first. */
type Piece = { readonly name: string; readonly delivery: Delivery };

/**
 * Cuts a delivery into pieces that fit, in the order in which they are to be queued. By connections first, each of which finds
 * its piece by its own id: a cast that is made once more, by a fold that comes again, has the same piece for whoever is still a
 * member. A single connection's texts are cut in stretches. What can't be cut is given as it is.
 */
export const split = (delivery: Delivery, fits: (delivery: Delivery) => boolean, name = ''): readonly Piece[] => {
  if (fits(delivery)) return [{ name, delivery }];
  const parts = [...partsOf(delivery)];
  const isAlone = parts.length === 1 || name.length >= 32;
  const pieces = [0, 1].map((side): Piece => {
    const some = isAlone
      ? parts.map(([connection, part]) => [connection, half(part, side)] as const)
      : parts.filter(([connection]) => ((hashOf(connection) >>> (31 - name.length)) & 1) === side);
    return { name: `${name}${side}`, delivery: withParts(delivery, new Map(some)) };
  });
  const sent = pieces.filter((piece) => piece.delivery.to.length > 0);
  if (isAlone && sent.length < 2) return [{ name, delivery }];
  return sent.flatMap((piece) => split(piece.delivery, fits, piece.name));
};

/** What a connection is to be posted, in order. The first `certain` texts may not be left out; newer news takes the place of the rest. */
export interface Outbox {
  readonly texts: readonly string[];
  readonly certain: number;
}

/** Envelopes of casts in order: those that follow each other as one, as far as it fits. */
const envelopesOf = (casts: readonly EventsCast[]): readonly string[] => {
  const stretches: EventsCast[] = [];
  for (const cast of casts) {
    const last = stretches.at(-1);
    const isNext = last && last.epoch === cast.epoch && last.rules === cast.rules && cast.since <= last.version;
    if (!isNext) stretches.push(cast);
    else {
      const events = [...last.events, ...cast.events.filter(({ seq }) => seq > last.version)];
      stretches.splice(-1, 1, { ...last, version: Math.max(last.version, cast.version), events });
    }
  }
  return stretches.flatMap(({ room, epoch, since, version: to, rules, events }) =>
    eventsMessages({ room, epoch, since, to, ...(rules !== undefined && { rules }), events }),
  );
};

/**
 * What each connection is to be posted of deliveries of one lane, in their order: all texts; of states the newest alone; the
 * events of casts that follow each other in one envelope. So the more has piled up, the fewer posts it takes.
 */
export const merge = (deliveries: readonly Delivery[]): ReadonlyMap<string, Outbox> => {
  const gathered = new Map<string, { texts: string[]; state: readonly string[]; casts: EventsCast[] }>();
  for (const delivery of deliveries)
    for (const [connection, { texts, state = 0, envelope }] of partsOf(delivery)) {
      const own = gathered.get(connection) ?? { texts: [], state: [], casts: [] };
      gathered.set(connection, own);
      const certain = texts.length - state;
      own.texts.push(...texts.slice(0, certain));
      if (state > 0) own.state = texts.slice(certain);
      if (envelope && delivery.type === 'events') own.casts.push(delivery);
    }
  const outboxes = new Map<string, Outbox>();
  // Most members are sent the same casts: their envelopes are written once.
  const written = new Map<string, readonly string[]>();
  for (const [connection, { texts, state, casts }] of gathered) {
    const key = casts.map((cast) => deliveries.indexOf(cast)).join();
    const envelopes = written.get(key) ?? envelopesOf(casts);
    written.set(key, envelopes);
    outboxes.set(connection, { texts: [...texts, ...state, ...envelopes], certain: texts.length });
  }
  return outboxes;
};

/**
 * What is left of deliveries that were merged and posted in part. `posted`: how many of its texts each connection was posted;
 * infinitely many if nothing is left.
 */
export const rest = (deliveries: readonly Delivery[], posted: ReadonlyMap<string, number>): readonly Delivery[] => {
  const done = new Map(posted);
  return deliveries.map((delivery) => {
    const left = new Map<string, Part>();
    for (const [connection, part] of partsOf(delivery)) {
      const count = done.get(connection) ?? 0;
      if (count === Number.POSITIVE_INFINITY) continue;
      const own = Math.min(count, part.texts.length - (part.state ?? 0));
      done.set(connection, count - own);
      left.set(connection, own === 0 ? part : { ...part, texts: part.texts.slice(own) });
    }
    return withParts(delivery, left);
  });
};
