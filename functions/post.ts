import { setTimeout as pause } from 'node:timers/promises';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { SignatureV4 } from '@smithy/signature-v4';
import { patience } from './patience.ts';
import { createRequestHandler } from './request-handler.ts';
import { Sha256 } from './sha256.ts';

/**
 * Why something was not done. `gone`: there is no such connection (any more, or yet). `busy`: API Gateway was throttling, the
 * client's buffer is full, the answer was lost, or the function may not do it yet: worth another try. `rejected`: no try will
 * help, and why.
 */
type NotDone = { readonly outcome: 'gone' } | { readonly outcome: 'busy' | 'rejected'; readonly cause: unknown };

/** What became of a post. */
export type Posted = { readonly outcome: 'sent' } | NotDone;

/** What became of closing a connection. */
export type Closed = { readonly outcome: 'closed' } | NotDone;

/** Posts one message to one connection. Never rejects. */
export type Post = (connection: string, payload: string) => Promise<Posted>;

export interface Sockets {
  /** Tries once: who posts to many knows best when to come back to one that is busy. */
  readonly post: Post;
  /** Closes a connection: `gone` when it was closed before. Tries once. Never rejects. */
  readonly close: (connection: string) => Promise<Closed>;
}

export interface SocketsOptions {
  /** The management endpoint of the WebSocket API's stage. */
  readonly endpoint: string;
  /** Connections kept open to it: as many posts are in flight. */
  readonly sockets?: number;
}

/** Answers that stay the same however often one tries: a malformed id, a payload over 128 KB. */
const finalStatus = new Set([400, 413]);

const notDone = (cause: unknown): NotDone => {
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === 410) return { outcome: 'gone' };
  return { outcome: status !== undefined && finalStatus.has(status) ? 'rejected' : 'busy', cause };
};

/** No service needs to know who we are, no logger listens, no function is called in circles, and Node counts the bytes. */
const unneeded = [
  'getUserAgentMiddleware',
  'loggerMiddleware',
  'recursionDetectionMiddleware',
  'contentLengthMiddleware',
];

/** The SDK's client, without what a post has no use for: that was more than half of what it cost. */
const createClient = ({ endpoint, sockets }: SocketsOptions): ApiGatewayManagementApiClient => {
  const client: ApiGatewayManagementApiClient = new ApiGatewayManagementApiClient({
    endpoint,
    requestHandler: createRequestHandler(sockets),
    cacheMiddleware: true,
    // Else a signer is made for each post.
    signer: async () => signer,
  });
  const { credentials, region } = client.config;
  const signer = new SignatureV4({ service: 'execute-api', credentials, region, sha256: Sha256 });
  const { middlewareStack } = client;
  for (const name of unneeded) middlewareStack.remove(name);
  // Others have their place in relation to it, so that it can't be removed.
  middlewareStack.add((next) => next, {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  });
  return client;
};

/** Posts to connections and closes them. */
export const createSockets = (options: SocketsOptions): Sockets => {
  const client = createClient(options);
  return {
    post: async (connection, payload) => {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connection, Data: payload }));
        return { outcome: 'sent' };
      } catch (cause) {
        return notDone(cause);
      }
    },
    close: async (connection) => {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connection }));
        return { outcome: 'closed' };
      } catch (cause) {
        return notDone(cause);
      }
    },
  };
};

/** Tries of `createPost`, the first one included. */
const tries = 3;

/**
 * For functions that post a message now and then and do not come back to it: tries again while a connection is busy, after
 * some tenths of a second. One that says nothing for `patience` is not asked again.
 */
export const createPost = (options: SocketsOptions): Post => {
  const { post } = createSockets(options);
  return async (connection, payload) => {
    const began = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      const posted = await post(connection, payload);
      if (posted.outcome !== 'busy' || attempt === tries || Date.now() - began >= patience) return posted;
      await pause(Math.random() * 200 * attempt);
    }
  };
};
