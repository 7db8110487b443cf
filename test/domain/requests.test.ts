import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { parseRequest } from '../../domain/message.ts';
import { type ClientMessage, clientMessage } from '../../domain/protocol.ts';
import { directRequest, membershipRequest, selfRequest, uploadRequest } from '../../domain/requests.ts';

const upload = uploadRequest({ maxBytes: 1000, types: ['image/*'] });
const optional = {
  id: fc.string({ minLength: 1, maxLength: 64 }),
  since: fc.nat(),
  epoch: fc.string({ maxLength: 64 }),
};
const room = fc.string();

const codeOf = (body: object, schema: z.ZodType) => {
  const request = parseRequest(JSON.stringify(body), schema);
  return request.ok ? 'ok' : request.error.code;
};

describe('a request', () => {
  it.each<[string, z.ZodType<ClientMessage>, fc.Arbitrary<ClientMessage>]>([
    [
      'to join',
      membershipRequest,
      fc.record({ action: fc.constantFrom('join', 'sync'), room, ...optional }, { requiredKeys: ['action', 'room'] }),
    ],
    [
      'to leave',
      membershipRequest,
      fc.record({ action: fc.constant('leave'), room, id: optional.id }, { requiredKeys: ['action', 'room'] }),
    ],
    [
      'to hand over a message',
      directRequest,
      fc.record(
        {
          action: fc.constant('sendMessage'),
          connectionId: fc.string({ minLength: 1, maxLength: 128 }),
          message: fc.string(),
          id: optional.id,
        },
        { requiredKeys: ['action', 'connectionId', 'message'] },
      ),
    ],
    [
      'about itself',
      selfRequest,
      fc.record({ action: fc.constantFrom('whoAmI', 'ping'), id: optional.id }, { requiredKeys: ['action'] }),
    ],
    [
      'to upload',
      upload,
      fc.record(
        {
          action: fc.constant('upload'),
          name: fc.string({ minLength: 1 }),
          type: fc.constant('image/png'),
          size: fc.nat({ max: 1000 }),
          id: optional.id,
        },
        { requiredKeys: ['action', 'name', 'type', 'size'] },
      ),
    ],
  ])('%s is read as the client wrote it', (_, schema, requests) => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(parseRequest(clientMessage(request), schema)).toEqual({ ok: true, value: request });
        const more = clientMessage({ ...request, more: 1 });
        expect(parseRequest(more, schema)).toEqual({ ok: true, value: request });
      }),
    );
  });

  it.each([
    [{ action: 'join' }],
    [{ action: 'join', room: 7 }],
    [{ action: 'sync', room: 'chat/a', since: -1 }],
    [{ action: 'sync', room: 'chat/a', since: 0.5 }],
    [{ action: 'sync', room: 'chat/a', since: null }],
    [{ action: 'join', room: 'chat/a', epoch: 7 }],
    [{ action: 'join', room: 'chat/a', epoch: 'x'.repeat(65) }],
    [{ action: 'leave' }],
  ])('[A2] is refused as %j', (request) => {
    expect(codeOf(request, membershipRequest)).toBe('invalid-action');
  });

  it('[A2] says what is wrong under its id', () => {
    expect(parseRequest('{"action":"join","id":"7"}', membershipRequest)).toMatchObject({
      ok: false,
      error: { code: 'invalid-action', id: '7', message: expect.stringContaining('room') },
    });
    expect(codeOf({ action: 'sendMessage', connectionId: '', message: '' }, directRequest)).toBe('invalid-action');
  });
});
