import { eventMessages, stateMessage } from './envelope.ts';
import { type LoggedEvent, whyRefused } from './event.ts';
import type { Cast, Kind, Member } from './kind.ts';

/** Messages that some connections are sent, all of them in this order. */
export interface Payloads {
  readonly payloads: readonly string[];
  readonly connections: readonly string[];
}

/** What a room tells after a fold. */
export interface Outgoing {
  /** Has to arrive: events, acknowledgements, refusals. */
  readonly certain: readonly Payloads[];
  /** States: a newer one takes their place. */
  readonly newest: readonly Payloads[];
}

export interface Casting<State> {
  readonly room: string;
  readonly kind: Kind<State>;
  readonly cast: Cast<State>;
  /** What members have been told of already, or never need to be: a cast of events continues from here. */
  readonly since: number;
  readonly members: readonly Member[];
  /** Connections that sent one of the events and are not members. */
  readonly strangers: readonly Member[];
}

/**
 * Makes equal lists of payloads one and the same. A room may have thousands of members, a list hundreds of texts: members share
 * what they are sent, and a list that is known is told by itself, without a look at its texts.
 */
const sharing = () => {
  const places = new Map<string, number>();
  const placeOf = (payload: string) => {
    const place = places.get(payload) ?? places.size;
    places.set(payload, place);
    return place;
  };
  const known = new Set<readonly string[]>();
  const byPlaces = new Map<string, readonly string[]>();
  return (payloads: readonly string[]): readonly string[] => {
    if (known.has(payloads)) return payloads;
    const key = payloads.map(placeOf).join();
    const same = byPlaces.get(key);
    if (same) return same;
    known.add(payloads);
    byPlaces.set(key, payloads);
    return payloads;
  };
};

/** What members of each wire are sent of a cast: the same list where it is the same. */
const castPayloads = <State>({ room, kind, cast, since }: Casting<State>) => {
  const { state, version, events } = cast;
  const news = events.length === 0 || events.some((event) => event.refused === undefined);
  const envelopes = !news
    ? []
    : kind.cast === 'state'
      ? [stateMessage(room, version, state)]
      : eventMessages(room, events, since, version);
  // Where nothing counted members hear nothing, unless the kind answers a refusal with a cast.
  const answered = events.some(({ refused }) => refused !== undefined && kind.answered?.includes(refused));
  const share = sharing();
  const plain = (member: Member) => (news || answered ? share(kind.plain(cast, member)) : []);
  return (member: Member) => (member.wire === 'plain' ? plain(member) : envelopes);
};

/** What a sender on the plain wire is told of an event: that it was refused, or what its kind has to say to that. */
const plainAnswer = <State>(casting: Casting<State>, event: LoggedEvent, sender: Member): readonly string[] => {
  const { room, kind, cast, strangers } = casting;
  const { refused: reason, first } = event;
  if (reason === undefined || first) return [];
  if (kind.answered?.includes(reason)) {
    // The cast tells members alone.
    return strangers.includes(sender) ? kind.plain({ ...cast, events: [event] }, sender) : [];
  }
  const message = `The action does not count. ${whyRefused(reason)}`;
  return [JSON.stringify({ type: 'error', code: 'refused', message, room, reason })];
};

/** What a sender that waits for it is told of an event. Duplicates are answered as the first was. */
const acknowledgement = (room: string, { id, first, seq: own, refused, ack }: LoggedEvent): readonly string[] => {
  if (!ack) return [];
  const seq = first?.seq ?? own;
  const reason = first ? first.refused : refused;
  const answer = reason === undefined ? { type: 'ack', room, id, seq } : { type: 'refused', room, id, seq, reason };
  return [JSON.stringify(answer)];
};

/** What the sender of an event is told of it. Nobody sent what the system appended by itself. */
const answers = <State>(casting: Casting<State>, event: LoggedEvent, sender: Member): readonly string[] => {
  if (!Object.hasOwn(casting.kind.actions, event.type)) return [];
  return sender.wire === 'plain' ? plainAnswer(casting, event, sender) : acknowledgement(casting.room, event);
};

/** Connections that are sent the same are named together. */
export const group = (each: ReadonlyMap<string, readonly string[]>): readonly Payloads[] => {
  const share = sharing();
  const groups = new Map<readonly string[], string[]>();
  for (const [connection, own] of each) {
    if (own.length === 0) continue;
    const payloads = share(own);
    const connections = groups.get(payloads);
    if (connections) connections.push(connection);
    else groups.set(payloads, [connection]);
  }
  return Array.from(groups, ([payloads, connections]) => ({ payloads, connections }));
};

/** What every connection is sent after a fold: senders learn what became of their actions, then members of the cast. */
export const outgoing = <State>(casting: Casting<State>): Outgoing => {
  const { kind, cast, members, strangers } = casting;
  const everyone = new Map([...strangers, ...members].map((member) => [member.connection, member]));
  const certain = new Map<string, readonly string[]>();
  const tell = (connection: string, payloads: readonly string[]) => {
    const before = certain.get(connection);
    // Who is told nothing else has the list itself, and not a copy of it.
    certain.set(connection, before ? [...before, ...payloads] : payloads);
  };
  for (const event of cast.events) {
    const sender = everyone.get(event.connection);
    if (sender) tell(event.connection, answers(casting, event, sender));
  }
  const payloadsOf = castPayloads(casting);
  if (kind.cast === 'state') {
    const newest = new Map(members.map((member) => [member.connection, payloadsOf(member)]));
    return { certain: group(certain), newest: group(newest) };
  }
  for (const member of members) tell(member.connection, payloadsOf(member));
  return { certain: group(certain), newest: [] };
};
