import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { patience, requestHandler } from './patience.ts';

/**
 * What became of a post. `gone`: there is no such connection (any more, or yet). `busy`: API Gateway was throttling, the
 * client's buffer is full, the answer was lost, or the function may not post yet: worth another try. `rejected`: no try will
 * help, and why.
 */
export type Posted =
  | { readonly outcome: 'sent' | 'gone' }
  | { readonly outcome: 'busy' | 'rejected'; readonly cause: unknown };

/** Posts one message to one connection. Never rejects. */
export type Post = (connection: string, payload: string) => Promise<Posted>;

export interface PostOptions {
  /** The management endpoint of the WebSocket API's stage. */
  readonly endpoint: string;
  /** Sockets to that endpoint that are kept open: one for each post in flight. */
  readonly sockets?: number;
}

/** Answers that stay the same however often a post is tried: a malformed id, a payload over 128 KB. */
const finalStatus = new Set([400, 413]);

export const createPost = ({ endpoint, sockets = 50 }: PostOptions): Post => {
  const agent = { keepAlive: true, maxSockets: sockets };
  const client = new ApiGatewayManagementApiClient({
    endpoint,
    requestHandler: { ...requestHandler, httpAgent: agent, httpsAgent: agent },
  });
  return async (connection, payload) => {
    try {
      const post = new PostToConnectionCommand({ ConnectionId: connection, Data: payload });
      // The limit for all tries of the SDK together, so that one silent connection does not hold up the posts to others.
      await client.send(post, { abortSignal: AbortSignal.timeout(patience) });
      return { outcome: 'sent' };
    } catch (cause) {
      if (cause instanceof GoneException) return { outcome: 'gone' };
      const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      return { outcome: status !== undefined && finalStatus.has(status) ? 'rejected' : 'busy', cause };
    }
  };
};
