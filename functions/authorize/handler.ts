import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import type { Handshake } from '../socket.ts';
import type { UserContext } from '../user.ts';
import { tokenOf } from './token.ts';
import { BadToken, type Verify } from './verify.ts';

/** What API Gateway asks of a REQUEST authorizer. */
export type AuthorizerEvent = Handshake & {
  /** `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/$connect`. */
  readonly methodArn: string;
  readonly requestContext: { readonly connectionId: string };
};

export interface AuthorizeDeps {
  readonly verify: Verify;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** The message by which API Gateway answers 401. Any other is 500. */
const unauthorized = () => new Error('Unauthorized');

/**
 * The authorizer of `$connect`: says who connects, which rooms that user may enter, and until when. It has no identity source: a
 * token may come in either of two places, and API Gateway would answer 401 wherever one of several is missing (API reference,
 * "apis/apiId/authorizers", `identitySource`).
 *
 * Throws `Unauthorized` without a token that counts, and anything else where that can't be decided: the client tries again.
 */
export const authorizeHandler =
  ({ verify, logger }: AuthorizeDeps) =>
  async (event: AuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const { connectionId: connection } = event.requestContext;
    const token = tokenOf(event);
    if (token === undefined) {
      logger.info('refused a connection', { connection, reason: 'no token' });
      throw unauthorized();
    }
    try {
      const { name: user, rooms, expiresAt } = await verify(token);
      const context: UserContext = { user, rooms: JSON.stringify(rooms), expiresAt: String(expiresAt) };
      logger.info('let a user in', { connection, user });
      const allow = { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn } as const;
      return {
        principalId: user,
        policyDocument: { Version: '2012-10-17', Statement: [allow] },
        context: { ...context },
      };
    } catch (cause) {
      if (cause instanceof BadToken) {
        logger.info('refused a connection', { connection, reason: cause.message });
        throw unauthorized();
      }
      logger.error('could not tell whether a token counts', { connection, cause });
      throw cause;
    }
  };
