import { Logger } from '@aws-lambda-powertools/logger';
import { env } from '../env.ts';
import { authorizeHandler } from './handler.ts';
import { remoteKeys } from './keys.ts';
import { createVerify } from './verify.ts';

const { AUTH_KEYS_URL: keysUrl } = process.env;

export const handler = authorizeHandler({
  verify: createVerify({
    key: keysUrl ? remoteKeys(keysUrl) : new TextEncoder().encode(env('AUTH_SECRET')),
    issuer: env('AUTH_ISSUER'),
    audience: env('AUTH_AUDIENCE'),
    algorithms: JSON.parse(env('AUTH_ALGORITHMS')) as string[],
    roomsClaim: env('AUTH_ROOMS_CLAIM'),
  }),
  logger: new Logger(),
});
