import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SocketEvent } from '../../functions/socket.ts';
import { type Permit, uploadHandler } from '../../functions/upload/handler.ts';
import { safeName } from '../../functions/upload/safe-name.ts';
import { createUserOf } from '../../functions/user.ts';

const ask = async (
  message: unknown,
  presign: (permit: Permit) => Promise<string> = async () => 'https://signed',
  admitted = true,
) => {
  const permits: Permit[] = [];
  const handler = uploadHandler({
    prefix: 'uploads/',
    maxBytes: 1000,
    types: ['image/*', 'text/plain'],
    presign: (permit) => {
      permits.push(permit);
      return presign(permit);
    },
    userOf: createUserOf('none'),
    admits: () => admitted,
    newId: () => 'unguessable',
    logger: { info: () => {}, error: () => {} },
  });
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const result = await handler({ body, requestContext: { connectionId: 'c1=' } } as SocketEvent);
  return { answer: JSON.parse((result as { body: string }).body), permits };
};
const good = { action: 'upload', name: 'my cat.png', type: 'image/png', size: 1000 };

it('answers with a URL for one file of that type and size, under a key of its own', async () => {
  const { answer, permits } = await ask({ ...good, id: 'u1' });
  const bucketKey = 'uploads/unguessable/my cat.png';
  expect(answer).toEqual({
    type: 'upload',
    id: 'u1',
    url: 'https://signed',
    method: 'PUT',
    headers: { 'content-type': 'image/png' },
    bucketKey,
    expiresIn: 300,
  });
  expect(permits).toEqual([{ key: bucketKey, type: 'image/png', size: 1000, expiresIn: 300 }]);
  expect((await ask(good)).answer).not.toHaveProperty('id');
});

it.each([
  ['too large a file', { size: 1001 }, 'A file has 1000 bytes at most.'],
  ['half a byte', { size: 1.5 }, 'size'],
  ['a negative size', { size: -1 }, 'size'],
  ['a type that is not listed', { type: 'text/html' }, 'The types are: image/*, text/plain.'],
  ['a picture in which something can run', { type: 'image/SVG+xml' }, 'none in which something can run'],
  ['a type that only begins like one', { type: 'imagery/png' }, 'The types are'],
  ['no type at all', { type: 'image/' }, 'such as text/plain'],
  ['a type with a line break', { type: 'image/png\r\nx: y' }, 'such as text/plain'],
  ['no name', { name: '' }, 'name'],
])('refuses %s, and says why', async (_, wrong, why) => {
  const { answer, permits } = await ask({ ...good, ...wrong, id: 'u2' });
  expect(answer).toMatchObject({ type: 'error', code: 'invalid-action', id: 'u2' });
  expect(answer.message).toContain(why);
  expect(permits).toEqual([]);
});

it.each([
  ['not-json', 'nonsense'],
  ['not-json', '[]'],
  ['not-json', 'null'],
  ['invalid-action', '{"action":"upload","id":7}'],
])('says %s to %s', async (code, message) => {
  expect((await ask(message)).answer).toMatchObject({ type: 'error', code });
});

it('signs nothing for a user who may not enter the room that hears of files', async () => {
  const { answer, permits } = await ask({ ...good, id: 'u4' }, undefined, false);
  expect(answer).toMatchObject({ type: 'error', code: 'forbidden', id: 'u4' });
  expect(permits).toEqual([]);
});

it('tells the sender when no URL could be made', async () => {
  const { answer } = await ask({ ...good, id: 'u3' }, () => Promise.reject(new Error('no credentials')));
  expect(answer).toMatchObject({ type: 'error', code: 'unavailable', id: 'u3' });
});

describe('a safe name', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\fakepath\\Ünï (1)+2.txt', 'Ünï (1)+2.txt'],
    ['a\u0000b?c&d.png', 'a-b-c-d.png'],
    ['..', 'file'],
    ['猫.jpg', '猫.jpg'],
    [`${'x'.repeat(200)}.png`, `${'x'.repeat(96)}.png`],
  ])('of %j is %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  it('is one short part of a key, whatever it is made from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const safe = safeName(name);
        expect(safe).not.toBe('');
        expect(safe).not.toMatch(/[/\\\p{C}]|^\.|^\s|\s$/u);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(400);
        expect(safe.isWellFormed()).toBe(true);
      }),
    );
  });
});
