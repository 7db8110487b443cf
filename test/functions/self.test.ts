import { expect, it } from 'vitest';
import { selfHandler as handler } from '../../functions/self/handler.ts';
import type { SocketEvent } from '../../functions/socket.ts';

const ask = async (action: string, more: object = {}) => {
  const event = {
    body: JSON.stringify({ action, ...more }),
    requestContext: { connectionId: 'ann=', routeKey: action },
  };
  return handler(event as unknown as SocketEvent);
};

it('says who a connection is, and that it is there', async () => {
  expect(await ask('whoAmI')).toEqual({ statusCode: 200, body: 'ann=' });
  expect(await ask('ping', { id: 'mine' })).toEqual({ statusCode: 200, body: '{"type":"pong"}' });
});

it.each(['whoAmI', 'ping'])('[A2] answers %s with what is wrong with it', async (action) => {
  const codeOf = async (more: object) => JSON.parse(((await ask(action, more)) as { body: string }).body).code;
  expect(await codeOf({ more: 'x'.repeat(32 * 1024) })).toBe('too-large');
  expect(await codeOf({ id: 7 })).toBe('invalid-action');
});
