import type { Logger } from '@aws-lambda-powertools/logger';
import pMap from 'p-map';
import { castOf } from '../../domain/cast.ts';
import type { Delivery } from '../../domain/delivery.ts';
import { guarded } from '../../domain/guard.ts';
import type { Kind } from '../../domain/kind.ts';
import type { Page } from '../../domain/page.ts';
import type { Connections } from '../../store/connections.ts';
import { castName, type Deliveries, type Queued } from '../../store/deliveries.ts';
import type { FaultLog } from '../faults.ts';

export interface CastDeps {
  readonly connections: Pick<Connections, 'join' | 'members' | 'get'>;
  readonly deliveries: Pick<Deliveries, 'queue'>;
  readonly faults: Pick<FaultLog, 'guard'>;
  readonly logger: Pick<Logger, 'error'>;
}

/** Queues what the members of a room are told of one page, given the state after it. Returns how many members there are. */
export type CastPage = <State>(kind: Kind<State>, page: Page<State>, state: State) => Promise<number>;

/** Connections that are looked up, or made members, at once. One after another, a batch of a thousand senders would take seconds. */
const atOnce = 32;

/** Connections whose time is over that are closed after one cast. Of more, the rest is closed after the next. */
const mostClosed = 100;

/** Casts pages. A page that is cast again, because a fold died on the way, is queued under the same names, and SQS drops it. */
export const createCast =
  ({ connections, deliveries, faults, logger }: CastDeps): CastPage =>
  async (kind, page, state) => {
    const { room, epoch, from, events } = page;
    const guard = faults.guard(room);
    // An action that was sent again counted before: whoever sends it from a new connection is to be in as well.
    const counting = events.filter((event) => (event.first ?? event).refused === undefined);
    // Nobody keeps the time where no rule says who joins.
    const joining = kind.joins ? guarded(kind, guard, ({ joins }) => counting.filter((event) => joins?.(event))) : [];
    await pMap(
      new Set(joining.map(({ connection }) => connection)),
      // What can't be written for one connection holds up nobody: it hears nothing until it joins by itself.
      (connection) =>
        connections.join(room, connection).catch((cause: unknown) => {
          logger.error('could not make a sender a member', { room, connection, cause });
        }),
      { concurrency: atOnce },
    );
    const over: string[] = [];
    const members = await connections.members(room, (connection) => over.push(connection));
    const known = new Set(members.map(({ connection }) => connection));
    const senders = events.filter((event) => event.ack || event.refused !== undefined);
    const unknown = new Set(senders.map(({ connection }) => connection).filter((id) => !known.has(id)));
    const found = await pMap(
      unknown,
      // Nor does what can't be read for one: it is not told, and asks again.
      (connection) =>
        connections.get(connection).catch((cause: unknown) => {
          logger.error('could not look up a sender', { room, connection, cause });
          return undefined;
        }),
      { concurrency: atOnce },
    );
    const strangers = found.flatMap((stranger) => (stranger ? [{ connection: stranger.id, wire: stranger.wire }] : []));
    const cast = guarded(kind, guard, (careful) => castOf({ kind: careful, page, state, members, strangers }));
    const inLane = (lane: number | 'over', delivery: Delivery): Queued => ({
      group: `${room}#${lane}`,
      name: castName({ room, epoch, from, lane }),
      delivery,
    });
    const closing = { type: 'close', room, connections: over.slice(0, mostClosed), texts: [], to: [] } as const;
    await deliveries.queue([
      ...Array.from(cast, ([lane, delivery]) => inLane(lane, delivery)),
      // In the same request as the others, which costs nothing.
      ...(over.length > 0 ? [inLane('over', closing)] : []),
    ]);
    return members.length;
  };
