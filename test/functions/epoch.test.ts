import { describe, expect, it } from 'vitest';
import { clientMessage, type JoinRequest, parseServerMessage, type ServerMessage } from '../../domain/protocol.ts';
import { registry } from '../../domain/registry.ts';
import { createAllowance } from '../../functions/membership/allowance.ts';
import { membershipHandler } from '../../functions/membership/handler.ts';
import type { SocketEvent } from '../../functions/socket.ts';
import { createTell } from '../../functions/tell.ts';
import { createUserOf } from '../../functions/user.ts';
import { logged } from '../domain/logged.ts';
import { tablesOfFile } from '../store/tables.ts';

const tables = await tablesOfFile();
const logger = { info: () => {}, warn: () => {}, error: () => {} };

/** What a connection is sent that asks this. */
const ask = async (request: JoinRequest): Promise<readonly ServerMessage[]> => {
  const sent: ServerMessage[] = [];
  const post = async (_: string, payload: string) => {
    const message = parseServerMessage(payload);
    if (!message) throw new Error(`"${payload}" is no message of the protocol.`);
    sent.push(message);
    return { outcome: 'sent' } as const;
  };
  const { connections, log } = tables;
  await connections.add({ id: 'ann', wire: 'foldcast.v1', rooms: [], at: 1 });
  const handler = membershipHandler({
    registry,
    userOf: createUserOf('none'),
    admits: () => true,
    connections,
    log,
    allowance: createAllowance(Date.now),
    slowDown: async () => {},
    post,
    tell: createTell(post, logger, () => {}),
    logger,
  });
  await handler({ body: clientMessage(request), requestContext: { connectionId: 'ann' } } as SocketEvent);
  return sent;
};

/** Gives a room a history: texts, two to a page. */
const history = async (room: string, epoch: string, texts: readonly string[]): Promise<void> => {
  const events = texts.map((message, index) => logged(index + 1, 'onMessage', { message }));
  for (let first = 0; first < events.length; first += 2) {
    const some = events.slice(first, first + 2);
    const [from, to] = [first + 1, first + some.length];
    await tables.log.commit({ room, epoch, from, to, events: some, since: first, lanes: 1, bytes: 1, at: 1 });
  }
};

const textsOf = (state: unknown) => (state as { messages: { text: string }[] }).messages.map(({ text }) => text);

describe.each(['join', 'sync'] as const)('a client that comes back with %s', (action) => {
  it('[C3] recovers in the history that it knows', async () => {
    const room = `chat/same-${action}`;
    await history(room, 'e1', ['a', 'b', 'c', 'd', 'e']);
    const answer = await ask({ action, room, since: 3, epoch: 'e1' });
    expect(answer).toMatchObject([
      { type: 'events', epoch: 'e1', from: 4, to: 5, recovered: true, events: [{ seq: 4 }, { seq: 5 }] },
    ]);
  });

  it('[C3] is given the state where the log began again, and is shorter than what it knows', async () => {
    const room = `chat/shorter-${action}`;
    await history(room, 'e2', ['new 1', 'new 2']);
    const [state, ...more] = await ask({ action, room, since: 5, epoch: 'e1' });
    expect(state).toMatchObject({ type: 'state', room, epoch: 'e2', version: 2 });
    expect(state?.type === 'state' && textsOf(state.state)).toEqual(['new 1', 'new 2']);
    expect(more).toEqual([]);
  });

  it('[C3] is given the state where the log is empty', async () => {
    const room = `chat/empty-${action}`;
    const answer = await ask({ action, room, since: 5, epoch: 'e1' });
    expect(answer).toMatchObject([{ type: 'state', room, epoch: '', version: 0 }]);
  });

  it.each([{ epoch: 'e1' }, { epoch: '' }, {}])(
    '[C3] is given the state, and no events, where a longer log is of another history than %j',
    async (known) => {
      const room = `chat/longer-${action}-${known.epoch}`;
      const texts = Array.from({ length: 10 }, (_, index) => `new ${index + 1}`);
      await history(room, 'e2', texts);
      const [state, ...more] = await ask({ action, room, since: 5, ...known });
      expect(state).toMatchObject({ type: 'state', room, epoch: 'e2', version: 10 });
      expect(state?.type === 'state' && textsOf(state.state)).toEqual(texts);
      expect(more).toEqual([]);
    },
  );
});
