import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuckets } from '../../functions/buckets.ts';
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
    types: ['image/*', 'text/plain', 'image/x-icon+xml'],
    presign: (permit) => {
      permits.push(permit);
      return presign(permit);
    },
    userOf: createUserOf('none'),
    admits: () => admitted,
    allowance: { take: () => true },
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
  const headers = { 'content-type': 'image/png', 'if-none-match': '*' };
  expect(answer).toEqual({
    type: 'upload',
    id: 'u1',
    url: 'https://signed',
    method: 'PUT',
    headers,
    bucketKey,
    expiresIn: 300,
  });
  expect(permits).toEqual([{ key: bucketKey, headers, size: 1000, expiresIn: 300 }]);
  expect((await ask(good)).answer).not.toHaveProperty('id');
});

it('has a file in which something can run, where its type is named, kept as one to be saved', async () => {
  const { answer, permits } = await ask({ ...good, type: 'image/x-icon+xml' });
  const headers = {
    'content-type': 'image/x-icon+xml',
    'if-none-match': '*',
    'content-disposition': 'attachment',
  };
  expect(answer.headers).toEqual(headers);
  expect(permits).toMatchObject([{ headers }]);
});

it.each([
  ['too large a file', { size: 1001 }, 'A file has 1000 bytes at most.'],
  ['half a byte', { size: 1.5 }, 'size'],
  ['a negative size', { size: -1 }, 'size'],
  ['a type that is not listed', { type: 'text/html' }, 'The types are: image/*, text/plain, '],
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

describe('too many files', () => {
  /** A handler that permits three files an hour to each sender, and what it is asked and answers. */
  const limited = (auth: 'none' | 'jwt') => {
    let now = 0;
    const handler = uploadHandler({
      prefix: 'uploads/',
      maxBytes: 1000,
      types: ['image/*'],
      presign: async () => 'https://signed',
      userOf: createUserOf(auth),
      admits: ({ rooms }) => rooms.length > 0,
      allowance: createBuckets({ perSecond: 3 / 3600, burst: 3 }, () => now),
      newId: () => 'unguessable',
      logger: { info: () => {}, error: () => {} },
    });
    return {
      pass: (ms: number) => {
        now += ms;
      },
      ask: async (connectionId: string, more: object = {}, user = 'ann', rooms = ['*']) => {
        const authorizer = { user, rooms: JSON.stringify(rooms), expiresAt: '9e15' };
        const result = await handler({
          body: JSON.stringify({ ...good, ...more }),
          requestContext: { connectionId, ...(auth === 'jwt' && { authorizer }) },
        } as unknown as SocketEvent);
        const { type, code = type, id } = JSON.parse((result as { body: string }).body);
        return (id === undefined ? code : `${code} of ${id}`) as string;
      },
    };
  };
  const three = ['upload', 'upload', 'upload'];
  const times = async (count: number, ask: () => Promise<string>) => {
    const answers: string[] = [];
    for (let each = 0; each < count; each++) answers.push(await ask());
    return answers;
  };

  it('are answered slow-down, until enough time has passed', async () => {
    const { ask, pass } = limited('none');
    expect(await times(5, () => ask('c1='))).toEqual([...three, 'slow-down', 'slow-down']);
    expect(await ask('c2=')).toBe('upload');
    pass(20 * 60_000);
    expect(await times(2, () => ask('c1='))).toEqual(['upload', 'slow-down']);
  });

  it('are counted by the connection, whatever it calls itself', async () => {
    const { ask } = limited('none');
    let name = 0;
    expect(await times(4, () => ask('c1=', { user: `u${name++}` }))).toEqual([...three, 'slow-down']);
    expect(await ask('c2=', { user: 'u1' })).toBe('upload');
  });

  it('are counted by the user who signed in, over all connections', async () => {
    const { ask } = limited('jwt');
    let connection = 0;
    expect(await times(4, () => ask(`c${connection++}`))).toEqual([...three, 'slow-down']);
    expect(await ask('c1', {}, 'bob')).toBe('upload');
  });

  it('are those alone that were permitted', async () => {
    const { ask } = limited('jwt');
    expect(await times(4, () => ask('c1', { type: 'text/html' }))).not.toContain('slow-down');
    expect(await times(4, () => ask('c1', {}, 'ann', []))).not.toContain('slow-down');
    expect(await times(4, () => ask('c1'))).toEqual([...three, 'slow-down']);
  });

  it('carry their id in the answer', async () => {
    const { ask } = limited('none');
    await times(3, () => ask('c1='));
    expect(await ask('c1=', { id: 'u5' })).toBe('slow-down of u5');
  });
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
    ['.htaccess', 'htaccess'],
    ['猫.jpg', '猫.jpg'],
    // A name that reads "invoice-exe.pdf" and is a program; and one that begins with a letter which has no ink.
    ['invoice-\u202Efdp.exe', 'invoice--fdp.exe'],
    ['\u3164.exe', 'exe'],
    ['-rf', 'rf'],
    ['\u0301a.txt', 'a.txt'],
    [`${'x'.repeat(200)}.png`, `${'x'.repeat(96)}.png`],
    [`x.htaccess${'-'.repeat(91)}`, `x.htaccess${'-'.repeat(90)}`],
    [`${'x'.repeat(95)}. . .${'y'.repeat(20)}.png`, `${'x'.repeat(95)}.png`],
    [`${'𝒳'.repeat(200)}.png`, `${'𝒳'.repeat(96)}.png`],
  ])('of %j is %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  /** Names of all characters, and long ones of those that mean something. */
  const names = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom('.', '-', ' ', '/', '\\', 'x', '\u202E', '\u0301', '😀', '\n', ':'),
      maxLength: 300,
    }),
  );

  it('is one short part of a key that hides nothing, whatever it is made from', () => {
    fc.assert(
      fc.property(names, (name) => {
        const safe = safeName(name);
        expect(safe).toMatch(/^[\p{L}\p{N}()_+]/u);
        expect(safe).not.toMatch(/[/\\:*?"<>|%\p{C}\p{Zl}\p{Zp}]|[. ]$/u);
        expect(safe).not.toMatch(/\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/u);
        expect([...safe].length).toBeLessThanOrEqual(100);
        expect(safe.isWellFormed()).toBe(true);
        expect(safeName(safe)).toBe(safe);
      }),
    );
  });

  it('keeps the extension, however long the name', () => {
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-z0-9]{1,16}$/), (name, end) => {
        expect(safeName(`x${name}y.${end}`)).toMatch(new RegExp(`\\.${end}$`));
      }),
    );
  });
});
