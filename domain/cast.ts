import { address, type Delivery, type Part } from './delivery.ts';
import { clientError } from './errors.ts';
import { type LoggedEvent, whyRefused } from './event.ts';
import type { Kind, Member } from './kind.ts';
import { laneOf } from './lane.ts';
import type { Page } from './page.ts';
import { publicEvent, serverMessage } from './protocol.ts';

/** What a cast follows from: a page, the state after it, and who is to hear of it. */
export interface Casting<State> {
  readonly kind: Kind<State>;
  readonly page: Page<State>;
  readonly state: State;
  readonly members: readonly Member[];
  /** Connections that sent one of the events and are not members. */
  readonly strangers: readonly Member[];
}

const counts = ({ refused }: LoggedEvent): boolean => refused === undefined;

/** What is news to members of each wire: the same part where it is the same. */
const newsOf = <State>({ kind, page, state }: Casting<State>): ((member: Member) => Part) => {
  const { room, epoch, to: version, events } = page;
  const nothing: Part = { texts: [] };
  const isNews = events.some(counts);
  // Where nothing counted members hear nothing, unless the kind answers a refusal with a cast.
  const isAnswered = events.some(({ refused }) => refused !== undefined && kind.answered?.includes(refused));
  const enveloped = (): Part =>
    kind.cast === 'events'
      ? { texts: [], envelope: true }
      : { texts: [serverMessage({ type: 'state', room, epoch, version, state })], state: 1 };
  const envelope = isNews ? enveloped() : nothing;
  const parts = new Map<readonly string[], Part>();
  return (member) => {
    if (member.wire !== 'plain') return envelope;
    if (!isNews && !isAnswered) return nothing;
    const texts = kind.plain({ state, version, events }, member);
    const part = parts.get(texts) ?? (kind.cast === 'events' ? { texts } : { texts, state: texts.length });
    parts.set(texts, part);
    return part;
  };
};

/** What a sender on the plain wire is told of an event: that it was refused, or what its kind has to say to that. */
const plainAnswer = <State>(casting: Casting<State>, event: LoggedEvent, sender: Member): readonly string[] => {
  const { kind, page, state, strangers } = casting;
  const { refused: reason, first } = event;
  if (reason === undefined || first) return [];
  if (kind.answered?.includes(reason)) {
    // The cast tells members alone.
    return strangers.includes(sender) ? kind.plain({ state, version: page.to, events: [event] }, sender) : [];
  }
  return [serverMessage({ ...clientError('refused', whyRefused(reason)), room: page.room, reason })];
};

/** What a sender that waits for it is told of an event. Duplicates are answered as the first was. */
const acknowledgement = (
  { room, epoch }: Page,
  { id, first, seq: own, refused, ack }: LoggedEvent,
): readonly string[] => {
  if (!ack) return [];
  const seq = first?.seq ?? own;
  const reason = first ? first.refused : refused;
  return [
    serverMessage(
      reason === undefined ? { type: 'ack', room, epoch, id, seq } : { type: 'refused', room, epoch, id, seq, reason },
    ),
  ];
};

/** What the senders of events are told of them, in order. Nobody sent what the system appended by itself. */
const answersOf = <State>(casting: Casting<State>): ReadonlyMap<string, readonly string[]> => {
  const { kind, page, members, strangers } = casting;
  const known = new Map([...strangers, ...members].map((member) => [member.connection, member]));
  const answers = new Map<string, string[]>();
  for (const event of page.events) {
    const sender = known.get(event.connection);
    if (!sender || !Object.hasOwn(kind.actions, event.type)) continue;
    const texts = sender.wire === 'plain' ? plainAnswer(casting, event, sender) : acknowledgement(page, event);
    if (texts.length === 0) continue;
    const before = answers.get(sender.connection);
    if (before) before.push(...texts);
    else answers.set(sender.connection, [...texts]);
  }
  return answers;
};

/**
 * The cast of a page, by lane: senders learn what became of their actions, then members what is new. It says the same however
 * often it is made, as long as the members are the same.
 */
export const castOf = <State>(casting: Casting<State>): ReadonlyMap<number, Delivery> => {
  const { kind, page, members, strangers } = casting;
  const answers = answersOf(casting);
  const newsTo = newsOf(casting);
  const lanes = new Map<number, Map<string, Part>>();
  const tell = ({ connection }: Member, news: Part) => {
    const texts = answers.get(connection);
    const lane = laneOf(connection, page.lanes);
    const parts = lanes.get(lane) ?? new Map<string, Part>();
    lanes.set(lane, parts);
    parts.set(connection, texts ? { ...news, texts: [...texts, ...news.texts] } : news);
  };
  for (const stranger of strangers) tell(stranger, { texts: [] });
  for (const member of members) tell(member, newsTo(member));

  const { room, epoch, since, to: version } = page;
  const events = page.events.filter(counts).map(publicEvent);
  return new Map(
    Array.from(lanes, ([lane, parts]): [number, Delivery] => {
      const addressed = address(parts);
      if (kind.cast === 'state') return [lane, { type: 'state', room, ...addressed }];
      const isSent = addressed.to.some(({ envelope }) => envelope);
      return [lane, { type: 'events', room, epoch, since, version, events: isSent ? events : [], ...addressed }];
    }).filter(([, { to }]) => to.length > 0),
  );
};
