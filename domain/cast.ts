import { type Delivery, type Part, withParts } from './delivery.ts';
import { clientError } from './errors.ts';
import { type LoggedEvent, whyRefused } from './event.ts';
import type { Kind, Member } from './kind.ts';
import { laneOf } from './lane.ts';
import type { Page } from './page.ts';
import { publicEvent, serverMessage } from './protocol.ts';
import { toldRules } from './version.ts';

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
      : { texts: [serverMessage({ type: 'state', room, epoch, version, ...toldRules(kind), state })], state: 1 };
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
  if (reason === 'slow-down') return [serverMessage({ ...clientError('slow-down'), room: page.room, reason })];
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

/** The events of a sender that it is told of. Whoever sends too much on the plain wire is told so once. */
const toldOf = ({ wire }: Member, own: readonly LoggedEvent[]): readonly LoggedEvent[] => {
  if (wire !== 'plain') return own;
  const first = own.findIndex(({ refused }) => refused === 'slow-down');
  return own.filter(({ refused }, place) => refused !== 'slow-down' || place === first);
};

/** What the sender of an event is told of it. Nobody sent what the system appended by itself. */
const answerOf = <State>(casting: Casting<State>, event: LoggedEvent, sender: Member): readonly string[] => {
  if (!Object.hasOwn(casting.kind.actions, event.type)) return [];
  return sender.wire === 'plain' ? plainAnswer(casting, event, sender) : acknowledgement(casting.page, event);
};

/**
 * The cast of a page, by lane: senders learn what became of their actions, then members what is new. It says the same however
 * often it is made, as long as the members are the same.
 */
export const castOf = <State>(casting: Casting<State>): ReadonlyMap<number, Delivery> => {
  const { kind, page, members, strangers } = casting;
  const { room, epoch, since, to: version, lanes } = page;
  const sentBy = Map.groupBy(page.events, ({ connection }) => connection);
  const newsTo = newsOf(casting);
  const partOf = (member: Member, news: Part): Part => {
    const own = toldOf(member, sentBy.get(member.connection) ?? []);
    const answers = own.flatMap((event) => answerOf(casting, event, member));
    return answers.length > 0 ? { ...news, texts: [...answers, ...news.texts] } : news;
  };
  const parts = new Map(strangers.map((member) => [member, partOf(member, { texts: [] })]));
  for (const member of members) parts.set(member, partOf(member, newsTo(member)));

  const nobody = { texts: [], to: [] };
  const [first] = page.events;
  const late = first && { appended: first.appended ?? first.at };
  const events = page.events.filter(counts).map(publicEvent);
  const cast: Delivery =
    kind.cast === 'state'
      ? { type: 'state', room, ...late, ...nobody }
      : { type: 'events', room, ...late, epoch, since, version, ...toldRules(kind), events, ...nobody };
  const byLane = Map.groupBy(parts, ([{ connection }]) => laneOf(connection, lanes));
  const deliveries = Array.from(byLane, ([lane, some]) => {
    const own = new Map(some.map(([{ connection }, part]) => [connection, part]));
    return [lane, withParts(cast, own)] as const;
  });
  return new Map(deliveries.filter(([, { to }]) => to.length > 0));
};
