import { createBill } from '../../bench/cost/bill.ts';
import { parseAction } from '../../domain/action.ts';
import type { Delivery } from '../../domain/delivery.ts';
import type { Event } from '../../domain/event.ts';
import type { Member } from '../../domain/kind.ts';
import { type ClientMessage, clientMessage } from '../../domain/protocol.ts';
import { registry } from '../../domain/registry.ts';
import { appendHandler } from '../../functions/append/handler.ts';
import { membershipHandler } from '../../functions/membership/handler.ts';
import type { SocketEvent } from '../../functions/socket.ts';
import { createTell } from '../../functions/tell.ts';
import { createUserOf } from '../../functions/user.ts';
import { coldFold } from '../functions/cold-fold.ts';
import { coldSend } from '../functions/cold-send.ts';
import type { Tables } from '../store/tables.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const rights = { userOf: createUserOf('none'), admits: () => true };
const unlimited = { slowDown: async () => {}, paces: () => true, creations: { take: () => true } };

/** The real functions over tables, one after the other as on AWS, and what they cost. `crowd`: made-up members of every room. */
export const world = (tables: Tables, crowd?: readonly Member[]) => {
  let bill = createBill();
  const appended: (readonly [string, Event])[] = [];
  const heads = {
    append: async (room: string, event: Omit<Event, 'seq'>) => {
      const seq = await tables.heads.append(room, event);
      appended.push([room, { seq, ...event }]);
      return seq;
    },
  };
  const post = async (_: string, text: string) => {
    bill.posted(text);
    return { outcome: 'sent' } as const;
  };
  const deps = { ...rights, ...unlimited, registry, post, tell: createTell(post, logger, () => {}), logger };
  const parse = (body: string) => parseAction(body, registry, 0);
  const append = appendHandler({ ...deps, parse, heads, now: () => 0 });
  const allowance = { take: () => true, spend: () => {} };
  const membership = membershipHandler({ ...deps, connections: tables.connections, log: tables.log, allowance });
  const connections = { ...tables.connections, ...(crowd && { members: async () => [...crowd] }) };
  const { fold } = coldFold({ ...tables, connections });
  const sender = coldSend(tables);

  let requests = 0;
  /** A client's message, and all that comes of it: each message is folded alone. */
  const sends = async (connectionId: string, message: ClientMessage) => {
    const body = clientMessage(message);
    requests += 1;
    bill.received(body);
    const requestContext = { connectionId, requestId: `r${requests}`, requestTimeEpoch: 1000 + requests };
    const route = ['join', 'leave', 'sync'].includes(message.action) ? membership : append;
    await route({ body, requestContext } as SocketEvent);
    if (appended.length === 0) return;
    bill.invoked();
    await fold(...appended.splice(0));
    const deliveries: readonly Delivery[] = await tables.queued();
    bill.invoked(deliveries.length);
    const before = sender.posts.length;
    await sender.send(...deliveries);
    for (const [, text] of sender.posts.slice(before)) bill.posted(text);
  };
  /** What this costs, in the units of AWS. */
  const cost = async (attack: () => Promise<unknown>) => {
    bill = createBill();
    const current = bill;
    tables.through(current.layer);
    await attack();
    tables.through((_, next) => next());
    return current.counts;
  };
  return { sends, cost };
};
