import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { patience } from '../patience.ts';

/** Nobody can say just now which keys are right: the server that publishes them does not answer. It may on another try. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

export interface KeySetOptions {
  /** Milliseconds that keys are kept. A key that was withdrawn counts as long. */
  readonly maxAge?: number;
  /** Milliseconds between two readings on account of a key that is not among them: tokens of no key must not make us call for ever. */
  readonly cooldown?: number;
}

/**
 * The public keys at a URL. They are read once and kept; a token with a key that is not among them has them read again, so that
 * keys can be changed at any time. While their server is down those that are known go on to count.
 *
 * Rejects with `KeysUnavailable` where that leaves a token undecided.
 */
export const remoteKeys = (
  url: string,
  { maxAge = 10 * 60_000, cooldown = 30_000 }: KeySetOptions = {},
): JWTVerifyGetKey => {
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: maxAge,
    cooldownDuration: cooldown,
    timeoutDuration: patience,
  });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (cause) {
      if (isOfToken(cause)) throw cause;
      const known = remote.jwks();
      if (known) {
        const key = await createLocalJWKSet(known)(header, token).catch(() => undefined);
        if (key) return key;
      }
      throw new KeysUnavailable(`The keys at ${url} can't be read.`, { cause });
    }
  };
};

/** Whether it is the token that no key is for, and not the server of the keys that failed. */
const isOfToken = (cause: unknown): boolean =>
  cause instanceof errors.JWKSNoMatchingKey ||
  cause instanceof errors.JWKSMultipleMatchingKeys ||
  cause instanceof errors.JOSENotSupported;
