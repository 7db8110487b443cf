import * as z from 'zod';

const shared = ['HS256', 'HS384', 'HS512'] as const;
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
const algorithms: readonly string[] = [...shared, ...asymmetric];

/** Bytes that a secret has at least: as many as what it signs with gives out (RFC 7518, section 3.2). */
const secretBytes = { HS256: 32, HS384: 48, HS512: 64 } as const;

const text = (what: string) => z.string(`has to be ${what}`).min(1, `has to be ${what}`);

/** Keys only come over a line on which nobody can change them; from this machine they may come without. */
const isKeysUrl = (url: string): boolean => {
  const { protocol, hostname } = URL.parse(url) ?? {};
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname ?? ''));
};

/** How people sign in. */
export const authSettings = {
  /** `none`: anybody may do anything. `jwt`: with a token that says who somebody is and which rooms he may enter. */
  auth: z.enum(['none', 'jwt'], 'has to be none or jwt').default('none'),
  /** Where the issuer publishes its public keys, as a JWKS. */
  authKeysUrl: z.string().refine(isKeysUrl, 'has to be the https address of a JWKS').optional(),
  /** Instead of them: what tokens are signed and verified with by whoever has it. To be set with `pulumi config set --secret`. */
  authSecret: text('a text').optional(),
  /** Claim `iss` of every token. */
  authIssuer: text('the name of who issues tokens, which is their claim iss').optional(),
  /** Claim `aud` of every token. */
  authAudience: text('the name of whom tokens are for, which is their claim aud').optional(),
  /** What tokens may be signed with. Default: RS256 with `authKeysUrl`, HS256 with `authSecret`. */
  authAlgorithms: z
    .array(z.string(), { error: 'has to be a list of algorithms' })
    .min(1, 'has to hold at least one algorithm')
    .optional(),
  /** The claim that holds the patterns of the rooms that a user may enter. */
  authRoomsClaim: text('the name of a claim').default('rooms'),
};

/** How people sign in, as a stack's configuration says it. */
export type AuthConfig = z.output<z.ZodObject<typeof authSettings>>;

/** A key of the configuration that does not go with the others, and what has to become of it: a sentence without its subject. */
interface Fault {
  readonly key: keyof AuthConfig;
  readonly message: string;
}

/** The algorithms that count: those that are named, or the usual one for the sort of key. */
export const algorithmsOf = ({ authAlgorithms, authKeysUrl }: AuthConfig): readonly string[] =>
  authAlgorithms ?? [authKeysUrl === undefined ? 'HS256' : 'RS256'];

const isShared = (algorithm: string): algorithm is (typeof shared)[number] => algorithm in secretBytes;

const algorithmFault = (config: AuthConfig): string | undefined => {
  const chosen = algorithmsOf(config);
  if (chosen.some((algorithm) => algorithm.toLowerCase() === 'none'))
    return 'must not hold none: anybody could write a token without a signature';
  const unknown = chosen.find((algorithm) => !algorithms.includes(algorithm));
  if (unknown !== undefined) return `has to hold some of ${algorithms.join(', ')}`;
  if (config.authKeysUrl !== undefined && chosen.some(isShared))
    return 'must not hold HS256, HS384 or HS512 with authKeysUrl: anybody can sign with a key that is public';
  if (config.authSecret !== undefined && !chosen.every(isShared))
    return 'has to hold HS256, HS384 or HS512 alone with authSecret: the others have a key pair, whose public half is at an authKeysUrl';
  return undefined;
};

const secretFault = (secret: string, chosen: readonly string[]): string | undefined => {
  if (secret.includes('-----BEGIN'))
    return 'must not be a key of a pair: publish the public one as a JWKS and name it as authKeysUrl';
  const least = Math.max(...chosen.filter(isShared).map((algorithm) => secretBytes[algorithm]));
  return Buffer.byteLength(secret) < least ? `has to have at least ${least} bytes` : undefined;
};

/** What is wrong with how people are to sign in; `undefined` if nothing is. */
export const authFault = (config: AuthConfig): Fault | undefined => {
  const { auth, authKeysUrl, authSecret, authIssuer, authAudience, authAlgorithms } = config;
  if (auth === 'none') {
    const given = Object.entries({ authKeysUrl, authSecret, authIssuer, authAudience, authAlgorithms });
    const idle = given.find(([, value]) => value !== undefined)?.[0];
    return idle === undefined ? undefined : { key: 'auth', message: `has to be jwt, or ${idle} would not be read` };
  }
  if (authKeysUrl !== undefined && authSecret !== undefined)
    return { key: 'authSecret', message: 'has to go, or authKeysUrl has to: tokens are verified with one of them' };
  if (authKeysUrl === undefined && authSecret === undefined)
    return { key: 'authKeysUrl', message: 'is missing: give the address of the keys, or an authSecret' };
  if (authIssuer === undefined)
    return {
      key: 'authIssuer',
      message: 'is missing: without it the tokens of any issuer with these keys would count',
    };
  if (authAudience === undefined)
    return { key: 'authAudience', message: 'is missing: without it tokens for other programs would count' };
  const algorithm = algorithmFault(config);
  if (algorithm !== undefined) return { key: 'authAlgorithms', message: algorithm };
  const secret = authSecret === undefined ? undefined : secretFault(authSecret, algorithmsOf(config));
  return secret === undefined ? undefined : { key: 'authSecret', message: secret };
};
