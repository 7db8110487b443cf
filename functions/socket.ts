import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

/** What a client says as it connects. */
export interface Handshake {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
}

/** What API Gateway invokes a route with. The handshake comes with `$connect` alone. */
export type SocketEvent = APIGatewayProxyWebsocketEventV2 & Handshake;
export type RouteResult = APIGatewayProxyResultV2;

/** The answer of a route that sends nothing back. On `$connect` it lets the client in. */
export const done: RouteResult = { statusCode: 200 };

/** The answer of a route with a route response: API Gateway sends the text to the caller. */
export const reply = (body: string): RouteResult => ({ statusCode: 200, body });

/** A header of a handshake, whatever its case. */
export const headerOf = ({ headers = {} }: Handshake, name: string): string | undefined =>
  Object.entries(headers).find(([header]) => header.toLowerCase() === name)?.[1];

/** The subprotocols that the client offers, in its order. */
export const offeredProtocols = (handshake: Handshake): readonly string[] =>
  (headerOf(handshake, 'sec-websocket-protocol') ?? '').split(',').map((protocol) => protocol.trim());
