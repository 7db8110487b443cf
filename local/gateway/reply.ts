import { STATUS_CODES } from 'node:http';
import type { Outcome } from './integration.ts';

/** What a Lambda of a proxy integration has to return. */
interface ProxyReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string | undefined;
}

/** Undefined if the function returned anything else: AWS calls that a malformed Lambda proxy response. */
const readReply = (value: unknown): ProxyReply | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { statusCode, headers, body, isBase64Encoded } = value as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const text = typeof body === 'string' && isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
  return {
    statusCode: status,
    headers: typeof headers === 'object' && headers !== null ? { ...headers } : {},
    body: text ?? undefined,
  };
};

/** What a client is told for which status, with the ids to look for in the logs. */
export const problem = (status: number, connectionId: string, requestId: string): string => {
  const message = status === 500 ? 'Internal server error' : (STATUS_CODES[status] ?? 'Refused');
  return JSON.stringify({ message, connectionId, requestId });
};

/** What comes of a handshake: a status, and the subprotocol that the function chose. */
interface Verdict {
  readonly status: number;
  readonly protocol: string | undefined;
}

/**
 * Reads what `$connect` returned. Only a 2xx connects; only `Sec-WebSocket-Protocol` among its headers reaches the client.
 * A function that failed is 500; a return value that is no proxy response is 502, as in all of API Gateway.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */
export const verdictOf = (outcome: Outcome): Verdict => {
  if (!outcome.ok) return { status: 500, protocol: undefined };
  const reply = readReply(outcome.value);
  if (reply === undefined) return { status: 502, protocol: undefined };
  const chosen = Object.entries(reply.headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol')?.[1];
  // One token and nothing else: a line break would let a function write headers of its own into the handshake.
  const protocol = typeof chosen === 'string' && /^[!#$%&'*+\-.^_`|~\w]+$/.test(chosen) ? chosen : undefined;
  // AWS answers a handshake once: a 1xx would leave the client waiting.
  return { status: reply.statusCode < 200 ? 502 : reply.statusCode, protocol };
};

/**
 * What to send a client for its message: the body that the function returned where the route has a route response, an
 * error where the function failed, and else nothing.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
 */
export const responseTo = (
  outcome: Outcome,
  responds: boolean,
  connectionId: string,
  requestId: string,
): string | undefined => {
  if (!outcome.ok) return problem(500, connectionId, requestId);
  if (!responds) return undefined;
  const reply = readReply(outcome.value);
  return reply === undefined ? problem(500, connectionId, requestId) : reply.body;
};
