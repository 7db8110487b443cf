import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { KeysUnavailable, remoteKeys } from '../../functions/authorize/keys.ts';
import { BadToken, createVerify, type VerifyOptions } from '../../functions/authorize/verify.ts';
import { audience, issuer, startIssuer } from '../system/signed-in.ts';

const keys = await startIssuer();
afterAll(() => keys.stop());
const other = await startIssuer();
await other.stop();

const verifier = (options: Partial<VerifyOptions> = {}) =>
  createVerify({ key: remoteKeys(keys.url), issuer, audience, algorithms: ['RS256'], roomsClaim: 'rooms', ...options });
const verify = verifier();
const seconds = () => Math.floor(Date.now() / 1000);
const claims = { sub: 'ann', iss: issuer, aud: audience, rooms: ['*'], exp: seconds() + 600 };

it('says who holds a token, which rooms that user may enter, and until when', async () => {
  const token = await keys.sign({ exp: claims.exp, rooms: ['chat/*', 'game/ABCD'] });
  expect(await verify(token)).toEqual({
    name: 'ann',
    rooms: ['chat/*', 'game/ABCD'],
    expiresAt: (claims.exp + 5) * 1000,
  });
});

describe('a token does not count', () => {
  const secret = new TextEncoder().encode('x'.repeat(64));
  it.each<[string, RegExp, () => Promise<string> | string]>([
    ['that is none', /ERR_JWS_INVALID/, () => 'nonsense'],
    ['that has ended', /ERR_JWT_EXPIRED exp/, () => keys.sign({ exp: seconds() - 6 })],
    ['that never ends', /VALIDATION_FAILED exp/, () => keys.sign({ exp: undefined as never })],
    ['that does not count yet', /VALIDATION_FAILED nbf/, () => keys.sign({ nbf: seconds() + 60 })],
    ['of another key', /SIGNATURE_VERIFICATION_FAILED/, () => other.sign({}, { kid: 'one' })],
    ['of a key that nobody knows', /ERR_JWKS_NO_MATCHING_KEY/, () => other.sign({}, { kid: 'two' })],
    ['without a signature', /ERR_JOSE_ALG_NOT_ALLOWED/, () => new UnsecuredJWT(claims).encode()],
    [
      'signed with a secret',
      /ERR_JOSE_ALG_NOT_ALLOWED/,
      () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret),
    ],
    [
      'signed with the public key as a secret',
      /ERR_JOSE_ALG_NOT_ALLOWED/,
      async () => {
        const pem = new TextEncoder().encode(await exportSPKI(keys.publicKey()));
        return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(pem);
      },
    ],
    ['for another audience', /VALIDATION_FAILED aud/, () => keys.sign({ aud: 'other' })],
    ['of another issuer', /VALIDATION_FAILED iss/, () => keys.sign({ iss: 'https://evil.example' })],
    ['of nobody', /VALIDATION_FAILED sub/, () => keys.sign({ sub: undefined as never })],
    ['of an empty name', /claim sub/, () => keys.sign({ sub: '' })],
    ['of a name that says it is unverified', /claim sub/, () => keys.sign({ sub: '~ann' })],
    ['of a name that a terminal would act on', /claim sub/, () => keys.sign({ sub: 'ann\u001b]0;x' })],
    ['of a name of 129 characters', /claim sub/, () => keys.sign({ sub: 'a'.repeat(129) })],
    ['whose rooms are no patterns', /claim rooms/, () => keys.sign({ rooms: [7] })],
    ['with more rooms than an authorizer may answer', /claim rooms/, () => keys.sign({ rooms: ['x'.repeat(5000)] })],
  ])('%s', async (_, why, make) => {
    const token = await make();
    const refused = await verify(token).catch((cause) => cause);
    expect(refused).toBeInstanceOf(BadToken);
    expect(refused.message).toMatch(why);
    expect(refused.cause).toBeUndefined();
  });

  it('even where HS256 were let through by mistake: no public key is ever a secret', async () => {
    const pem = new TextEncoder().encode(await exportSPKI(keys.publicKey()));
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(pem);
    await expect(verifier({ algorithms: ['RS256', 'HS256'] })(token)).rejects.toBeInstanceOf(BadToken);
  });
});

it.each([
  [undefined, []],
  ['chat/* game/ABCD', ['chat/*', 'game/ABCD']],
])('reads rooms that are said as %j', async (rooms, patterns) => {
  expect((await verify(await keys.sign({ rooms }))).rooms).toEqual(patterns);
});

it('reads rooms from the claim that is named', async () => {
  const token = await keys.sign({ 'https://foldcast/rooms': ['chat/*'] });
  expect((await verifier({ roomsClaim: 'https://foldcast/rooms' })(token)).rooms).toEqual(['chat/*']);
});

it('lets clocks differ by five seconds', async () => {
  await expect(keys.sign({ nbf: seconds() + 4 }).then(verify)).resolves.toBeDefined();
  await expect(keys.sign({ exp: seconds() - 2 }).then(verify)).resolves.toBeDefined();
});

it('verifies by a secret', async () => {
  const key = new TextEncoder().encode('s'.repeat(32));
  const bySecret = verifier({ key, algorithms: ['HS256'] });
  const sign = (secret: Uint8Array) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret);
  expect((await bySecret(await sign(key))).name).toBe('ann');
  await expect(bySecret(await sign(new TextEncoder().encode('t'.repeat(32))))).rejects.toBeInstanceOf(BadToken);
  await expect(bySecret(await keys.sign())).rejects.toBeInstanceOf(BadToken);
});

describe('the server of the keys', () => {
  it('is asked once, and again for a key that it did not have, but not at every such token', async () => {
    const own = await startIssuer();
    const check = verifier({ key: remoteKeys(own.url, { cooldown: 0 }) });
    await check(await own.sign());
    await check(await own.sign());
    expect(own.readings()).toBe(1);
    await own.rotate('two');
    await check(await own.sign());
    expect(own.readings()).toBe(2);
    await own.stop();
    const calm = verifier({ key: remoteKeys(keys.url) });
    await calm(await keys.sign());
    const before = keys.readings();
    for (const kid of ['x', 'y', 'z'])
      await expect(calm(await keys.sign({}, { kid }))).rejects.toBeInstanceOf(BadToken);
    expect(keys.readings()).toBe(before);
  });

  it('leaves tokens undecided while it is down at the start, and decides them when it is up', async () => {
    const own = await startIssuer();
    await own.stop();
    const check = verifier({ key: remoteKeys(own.url) });
    const token = await own.sign();
    await expect(check(token)).rejects.toBeInstanceOf(KeysUnavailable);
    await own.start();
    expect((await check(token)).name).toBe('ann');
    await own.stop();
  });

  it('may go down later: known keys go on to count, and a new one is left undecided', async () => {
    const own = await startIssuer();
    // Keys are old as soon as they are there, so that each token has them read again.
    const check = verifier({ key: remoteKeys(own.url, { maxAge: 0, cooldown: 0 }) });
    await check(await own.sign());
    await own.stop();
    const known = await own.sign();
    expect((await check(known)).name).toBe('ann');
    await own.rotate('two');
    await expect(check(await own.sign())).rejects.toBeInstanceOf(KeysUnavailable);
    await own.start();
    expect((await check(await own.sign())).name).toBe('ann');
    await expect(check(known)).rejects.toBeInstanceOf(BadToken);
    await own.stop();
  });
});
