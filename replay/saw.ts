import { castOf } from '../domain/cast.ts';
import { merge } from '../domain/delivery.ts';
import type { LoggedEvent } from '../domain/event.ts';
import type { Kind, Wire } from '../domain/kind.ts';
import type { Page } from '../domain/page.ts';
import { predict } from '../domain/prediction.ts';
import { ReplayError } from './errors.ts';
import type { RoomLog } from './log.ts';
import { requireVersion, stateAt } from './state.ts';
import { pagesToday } from './today.ts';

/** What a member was told, and what its client made of it. */
export interface Saw<State = unknown> {
  readonly room: string;
  /** A user, or a connection. */
  readonly member: string;
  readonly version: number;
  /** A room's events are told of page by page: the one of this version came with those `from` to `to`, when their page was folded (milliseconds since 1970). */
  readonly from: number;
  readonly to: number;
  readonly at: number;
  /** The very texts, if it was a member then and spoke this wire. A sender that is behind is sent those of several pages as one. */
  readonly sent: Readonly<Record<Wire, readonly string[]>>;
  /** What the room's state was for its client then: that of version `to`. */
  readonly state: State;
  /** Its own actions that had come in by then, and of which it did not know yet what became. */
  readonly ahead: readonly LoggedEvent[];
  /** What the client showed: the state, and what it expected of its actions that were on their way. */
  readonly shown: State;
}

const isOf =
  (member: string) =>
  ({ by, connection }: LoggedEvent): boolean =>
    by === member || connection === member;

/** Its actions after a page that were received before that was folded. They are in the next pages. */
const aheadOf = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  page: Page<State>,
  member: string,
): Promise<readonly LoggedEvent[]> => {
  const found: LoggedEvent[] = [];
  for await (const next of pagesToday(log, kind, { from: page.to + 1 })) {
    const received = next.events.filter(({ at }) => at <= page.at);
    found.push(...received.filter((event) => isOf(member)(event) && Object.hasOwn(kind.actions, event.type)));
    if (received.length < next.events.length) break;
  }
  return found;
};

/**
 * What a member of a room was sent of the page that holds a version, and what its client therefore showed: the same code that tells members,
 * and that predicts in clients. A log does not say who was connected when: it is what who was a member then was sent. An action that was still on its way
 * to the server, or waited in the client for the one before it, is in no log yet: a client showed that ahead, too. Throws as `stateAt` does.
 */
export const saw = async <State>(
  log: RoomLog,
  kind: Kind<State>,
  { member, version }: { readonly member: string; readonly version: number },
): Promise<Saw<State>> => {
  await requireVersion(log, version);
  for await (const page of pagesToday(log, kind, { from: version, to: version })) {
    const { from, to, at, room } = page;
    const { state } = await stateAt(log, kind, to);
    const ahead = await aheadOf(log, kind, page, member);
    const own = [...page.events, ...ahead].find(isOf(member));
    const connection = own?.connection ?? member;
    const user = own && own.by !== own.connection ? { user: own.by } : {};
    const sentOn = (wire: Wire): readonly string[] => {
      const casting = { kind, page, state, members: [{ connection, ...user, wire }], strangers: [] };
      return merge([...castOf(casting).values()]).get(connection)?.texts ?? [];
    };
    const sent = { 'foldcast.v1': sentOn('foldcast.v1'), plain: sentOn('plain') };
    const shown = predict(kind as Kind, { state, version: to }, ahead) as State;
    return { room, member, version, from, to, at, sent, state, ahead, shown };
  }
  throw new ReplayError('broken-log', `The log of ${log.room} has no page for ${version}: "verify" says more.`);
};
