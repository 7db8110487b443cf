import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../aws.ts';

/** Requests that were carried out, by the token that their sender gave them: one that comes again is not carried out again. */
export interface Tokens {
  /** Whether a request was carried out. @throws AwsError when another one was, under its token */
  knows(token: unknown, request: unknown): boolean;
  remember(token: unknown, request: unknown): void;
}

/** How long, in ms. Source: DynamoDB API reference, TransactWriteItems, ClientRequestToken. */
const remembered = 10 * 60 * 1000;

export const createTokens = (now: () => number): Tokens => {
  const done = new Map<string, { readonly request: unknown; readonly until: number }>();
  const forget = () => {
    for (const [token, { until }] of done) {
      if (until > now()) return;
      done.delete(token);
    }
  };
  return {
    knows: (token, request) => {
      forget();
      const known = typeof token === 'string' ? done.get(token) : undefined;
      if (!known) return false;
      if (isDeepStrictEqual(known.request, request)) return true;
      const message = 'The request has another content than the one before with its ClientRequestToken.';
      throw new AwsError('IdempotentParameterMismatchException', message);
    },
    remember: (token, request) => {
      if (typeof token === 'string') done.set(token, { request, until: now() + remembered });
    },
  };
};
