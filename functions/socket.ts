import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

/** What API Gateway invokes a route with. Headers come with `$connect` alone. */
export type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly headers?: Readonly<Record<string, string | undefined>>;
};
export type RouteResult = APIGatewayProxyResultV2;

/** The answer of a route that sends nothing back. On `$connect` it lets the client in. */
export const done: RouteResult = { statusCode: 200 };

/** The answer of a route with a route response: API Gateway sends the text to the caller. */
export const reply = (body: string): RouteResult => ({ statusCode: 200, body });
