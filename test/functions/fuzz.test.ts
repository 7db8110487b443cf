import fc from 'fast-check';
import { afterEach, expect, inject, it } from 'vitest';
import { parseAction } from '../../domain/action.ts';
import { errorCodes, parseServerMessage } from '../../domain/protocol.ts';
import { registry } from '../../domain/registry.ts';
import { appendHandler } from '../../functions/append/handler.ts';
import { connectHandler } from '../../functions/connect/handler.ts';
import { fallbackHandler } from '../../functions/fallback/handler.ts';
import { guard } from '../../functions/guard.ts';
import { membershipHandler } from '../../functions/membership/handler.ts';
import { messageHandler } from '../../functions/message/handler.ts';
import type { Posted } from '../../functions/post.ts';
import { selfHandler } from '../../functions/self/handler.ts';
import type { SocketEvent } from '../../functions/socket.ts';
import { createTell } from '../../functions/tell.ts';
import { uploadHandler } from '../../functions/upload/handler.ts';
import { createUserOf } from '../../functions/user.ts';
import { tablesOfFile } from '../store/tables.ts';
import { frames, spiked } from '../system/frames.ts';

const tables = await tablesOfFile();
const { connections, deliveries, heads, log } = tables;

/** What a client was sent, and what functions logged as their own faults, since the run of a test began. */
let sent: string[] = [];
let faults: unknown[] = [];
afterEach(() => {
  [sent, faults] = [[], []];
});

const post = async (_: string, payload: string): Promise<Posted> => {
  sent.push(payload);
  return { outcome: 'sent' };
};
const logger = { info: () => {}, warn: () => {}, error: (...entry: unknown[]) => void faults.push(entry) };
const tell = createTell(post, logger, () => {});
const rights = { userOf: createUserOf('none'), admits: () => true };
const unlimited = {
  paces: () => true,
  creations: { take: () => true },
  allowance: { take: () => true, spend: () => {} },
  slowDown: async () => {},
};
const now = Date.now;

const own = 'abcdefgh=';
const requestContext = { connectionId: own, requestId: 'r', requestTimeEpoch: 0, connectedAt: 0 };
const message = (body: string) => ({ body, requestContext }) as SocketEvent;

const parse = (body: string, at: number) => parseAction(body, registry, at);
const routes = {
  append: appendHandler({ ...rights, ...unlimited, registry, parse, heads, tell, logger, now }),
  membership: membershipHandler({ ...rights, ...unlimited, registry, connections, log, post, tell, logger }),
  message: messageHandler({
    ...rights,
    ...unlimited,
    auth: 'none',
    now,
    registry,
    connections,
    deliveries,
    tell,
    logger,
  }),
  self: selfHandler,
  upload: uploadHandler({
    ...rights,
    prefix: 'uploads/',
    maxBytes: 1000,
    types: ['image/*'],
    presign: async ({ key }) => `https://bucket/${encodeURIComponent(key)}`,
    allowance: { take: () => true },
    newId: () => 'id',
    logger,
  }),
  fallback: fallbackHandler({ parse: (body) => parse(body, 0), tell, logger }),
  expired: guard({ userOf: createUserOf('jwt'), tell, close: async () => ({ outcome: 'closed' }), logger, now })(
    async () => expect.fail('Its token has ended.'),
  ),
};

const isKnown = (text: string): boolean => {
  const answer = parseServerMessage(text);
  return answer === undefined ? text === own : answer.type !== 'error' || errorCodes.includes(answer.code);
};

it.each(Object.entries(routes))(
  '[A2] route %s answers any frame with what the protocol knows, and never fails',
  async (_, route) => {
    await connections.add({ id: own, wire: 'foldcast.v1', rooms: [], at: 0 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(frames([own]), spiked([own])), async (frame) => {
        const answer = await route(message(String(frame)));
        if (typeof answer === 'object' && answer.body !== undefined) sent.push(answer.body);
        expect(sent.filter((text) => !isKnown(text))).toEqual([]);
        expect(sent.every((text) => text.isWellFormed())).toBe(true);
        expect(faults).toEqual([]);
        sent = [];
      }),
      { numRuns: 3_000, seed: inject('seed') },
    );
  },
);

it('[A2] a handshake under any name is recorded or refused, and never fails', async () => {
  const connect = connectHandler({ ...rights, connections, defaultRooms: ['chat/lobby'], origins: [], logger });
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', 'constructor', 'toString', '\ud83d', '~ann', 'ann', ''),
  );
  await fc.assert(
    fc.asyncProperty(anything, anything, fc.option(anything, { nil: '' }), async (user, protocol, origin) => {
      const headers = { 'Sec-WebSocket-Protocol': protocol, ...(origin && { Origin: origin }) };
      const event = { ...message(''), headers, queryStringParameters: { user } };
      const answer = await connect(event);
      expect(typeof answer === 'object' ? answer.statusCode : 0).toBeOneOf([200, 400, 403]);
      expect(faults).toEqual([]);
    }),
    { numRuns: 200, seed: inject('seed') },
  );
});
