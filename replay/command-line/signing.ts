import { readProject } from 'pulumi-local';

/** No token can be made for this stack, or there is none. Exit code 2. */
export class NoTokens extends Error {
  override readonly name = 'NoTokens';
}

/** What tokens of a stack are signed with on this machine, and what they have to say. */
export interface Signing {
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  readonly algorithm: string;
  readonly roomsClaim: string;
}

/**
 * Reads it from `Pulumi.<stack>.yaml` as the local runtime does: where the secret is encrypted, its stand-in signs, and such a token
 * counts on this machine alone. Rejects with `NoTokens` where there is no such stack, or it has no secret.
 */
export const signingOf = async (folder: string, stack: string): Promise<Signing> => {
  const { name, config } = await readProject(folder, stack).catch((cause: Error) => {
    throw new NoTokens(cause.message, { cause });
  });
  const value = (key: string) => config[`${name}:${key}`];
  const file = `Pulumi.${stack}.yaml`;
  if (value('auth') !== 'jwt')
    throw new NoTokens(`Nobody signs in to ${stack}: set ${name}:auth to jwt in ${file}, or name another --stack.`);
  const secret = value('authSecret');
  if (secret === undefined)
    throw new NoTokens(
      `The tokens of ${stack} come from ${value('authIssuer')}: only with an authSecret are some made here.`,
    );
  const [algorithm = 'HS256'] = JSON.parse(value('authAlgorithms') ?? '[]') as readonly string[];
  return {
    secret,
    issuer: value('authIssuer') ?? '',
    audience: value('authAudience') ?? '',
    algorithm,
    roomsClaim: value('authRoomsClaim') ?? 'rooms',
  };
};
