import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { type User, verifiedName } from '../../domain/user.ts';
import { KeysUnavailable } from './keys.ts';

/** A token that does not count, and why: a word of jose's, or which claim. Never holds anything of the token. */
export class BadToken extends Error {
  override readonly name = 'BadToken';
}

export interface VerifyOptions {
  /** A shared secret, or the public keys. */
  readonly key: Uint8Array | JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** What tokens may be signed with; nothing else counts, whatever a token says of itself. */
  readonly algorithms: readonly string[];
  /** The claim that says which rooms the user may enter. */
  readonly roomsClaim: string;
}

/** Who holds a token. Rejects with `BadToken`, or with `KeysUnavailable` where that can't be decided just now. */
export type Verify = (token: string) => Promise<Required<User>>;

/** Seconds by which clocks may differ: a token counts so much earlier and so much longer than it says. */
export const clockTolerance = 5;

/** In bytes, as JSON: the whole answer of an authorizer may have 8 KB (quota "AWS Lambda authorizer result size"). */
const maxRoomsBytes = 4 * 1024;

/** A list of patterns, or one text with spaces between them, as scopes are written. Who has none may connect and enter nothing. */
const patterns = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(' ').filter((pattern) => pattern !== ''))])
  .default([])
  .refine((rooms) => Buffer.byteLength(JSON.stringify(rooms)) <= maxRoomsBytes);

const claim = <T>(name: string, schema: z.ZodType<T>, value: unknown): T => {
  const read = schema.safeParse(value);
  if (!read.success) throw new BadToken(`claim ${name}`);
  return read.data;
};

export const createVerify = ({ key, roomsClaim, ...expected }: VerifyOptions): Verify => {
  const options = {
    ...expected,
    algorithms: [...expected.algorithms],
    clockTolerance,
    requiredClaims: ['exp', 'sub'],
  };
  const payloadOf = async (token: string): Promise<JWTPayload> => {
    try {
      // Two signatures of one function: for a key, and for what finds it.
      const { payload } = await (typeof key === 'function'
        ? jwtVerify(token, key, options)
        : jwtVerify(token, key, options));
      return payload;
    } catch (cause) {
      if (cause instanceof KeysUnavailable) throw cause;
      // No `cause`: those of jose carry the claims.
      throw new BadToken(cause instanceof errors.JOSEError ? reasonOf(cause) : 'unreadable');
    }
  };
  return async (token) => {
    const payload = await payloadOf(token);
    return {
      name: claim('sub', verifiedName, payload.sub),
      rooms: claim(roomsClaim, patterns, payload[roomsClaim]),
      expiresAt: (claim('exp', z.number(), payload.exp) + clockTolerance) * 1000,
    };
  };
};

const reasonOf = (cause: errors.JOSEError): string =>
  'claim' in cause && cause.claim !== 'unspecified' ? `${cause.code} ${cause.claim}` : cause.code;
