import { Logger } from '@aws-lambda-powertools/logger';
import { parseAction } from '../../domain/action.ts';
import { registry } from '../../domain/registry.ts';
import { env } from '../env.ts';
import { createCountRefused } from '../metrics.ts';
import { createPost } from '../post.ts';
import { signedIn } from '../sign-in.ts';
import { createTell } from '../tell.ts';
import { fallbackHandler } from './handler.ts';

const logger = new Logger();

export const handler = signedIn(
  fallbackHandler({
    parse: (body) => parseAction(body, registry, Date.now()),
    tell: createTell(createPost({ endpoint: env('MANAGEMENT_ENDPOINT') }), logger, createCountRefused()),
    logger,
  }),
);
