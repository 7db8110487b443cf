import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto';

/** What the SDK may hash; what it does hash are texts and `Uint8Array`s. */
type Source = string | ArrayBuffer | ArrayBufferView;

const bytesOf = (source: Source): string | Uint8Array => {
  if (typeof source === 'string' || source instanceof Uint8Array) return source;
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
};

/** The signer keeps the signing key of a day, always the same bytes: as a key object they cost a fifth of the time. */
const keys = new WeakMap<Uint8Array, KeyObject>();

const keyOf = (secret: string | Uint8Array): string | KeyObject => {
  if (typeof secret === 'string') return secret;
  const key = keys.get(secret) ?? createSecretKey(secret);
  keys.set(secret, key);
  return key;
};

/** The `sha256` of an SDK client: a hash or, with a secret, an HMAC. */
export class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(bytesOf(secret)));
  }

  update(data: Source): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
