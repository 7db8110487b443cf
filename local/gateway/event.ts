import type { IncomingMessage } from 'node:http';
import { newId } from './ids.ts';
import type { Stage } from './stages.ts';

/** Whom an event is about: a connection, or a handshake that may become one. */
export interface Subject {
  readonly id: string;
  readonly stage: Stage;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
  /** The host that the client connected to. */
  readonly domainName: string;
  readonly identity: { readonly sourceIp: string; readonly userAgent?: string };
  /** What the authorizer said of it. */
  readonly authorizer?: Readonly<Record<string, string>>;
}

/** What a proxy integration's function is invoked with. */
export interface SocketEvent {
  readonly requestContext: { readonly requestId: string; readonly [key: string]: unknown };
  readonly isBase64Encoded: false;
  readonly [key: string]: unknown;
}

/** `09/Sep/2026:18:11:24 +0000`, out of `Wed, 09 Sep 2026 18:11:24 GMT`. */
const clfTime = (at: number): string => {
  const utc = new Date(at).toUTCString();
  return `${utc.slice(5, 7)}/${utc.slice(8, 11)}/${utc.slice(12, 16)}:${utc.slice(17, 25)} +0000`;
};

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
const contextOf = (
  { id, stage, connectedAt, domainName, identity, authorizer }: Subject,
  at: number,
  own: {
    readonly routeKey: string;
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    readonly [key: string]: unknown;
  },
): SocketEvent['requestContext'] => {
  const requestId = newId();
  return {
    ...own,
    extendedRequestId: requestId,
    requestTime: clfTime(at),
    messageDirection: 'IN',
    stage: stage.name,
    connectedAt,
    requestTimeEpoch: at,
    identity,
    requestId,
    domainName,
    connectionId: id,
    apiId: stage.apiId,
    ...(authorizer && { authorizer }),
  };
};

const variablesOf = ({ stage }: Subject): object => (stage.variables ? { stageVariables: stage.variables } : {});

/** Two views of one list of names and values: the last value of each name, and all of them. */
const single = (pairs: readonly (readonly [string, string])[]): Record<string, string> => Object.fromEntries(pairs);
const multiple = (pairs: readonly (readonly [string, string])[]): Record<string, string[]> => {
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries(all);
};

/** The handshake's headers as they came, but for those that end at the gateway, and with what AWS's edge adds. */
const headersOf = (req: IncomingMessage, sourceIp: string): [string, string][] => {
  const pairs: [string, string][] = [];
  const passedOn: string[] = [];
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    const name = req.rawHeaders[at] ?? '';
    const value = req.rawHeaders[at + 1] ?? '';
    const known = name.toLowerCase();
    if (known === 'x-forwarded-for') passedOn.push(value);
    else if (known !== 'connection' && known !== 'upgrade') pairs.push([name, value]);
  }
  pairs.push(['X-Forwarded-For', [...passedOn, sourceIp].join(', ')]);
  pairs.push(['X-Forwarded-Port', String(req.socket.localPort ?? 0)], ['X-Forwarded-Proto', 'http']);
  return pairs;
};

/** What `$connect` is invoked with. `query` is the URL's, without its question mark. */
export const connectEvent = (subject: Subject, req: IncomingMessage, query: string): SocketEvent => {
  const headers = headersOf(req, subject.identity.sourceIp);
  const parameters = [...new URLSearchParams(query)];
  return {
    headers: single(headers),
    multiValueHeaders: multiple(headers),
    ...(parameters.length > 0 && {
      queryStringParameters: single(parameters),
      multiValueQueryStringParameters: multiple(parameters),
    }),
    ...variablesOf(subject),
    requestContext: contextOf(subject, subject.connectedAt, { routeKey: '$connect', eventType: 'CONNECT' }),
    isBase64Encoded: false,
  };
};

/**
 * What a REQUEST authorizer is asked, out of what `$connect` would be invoked with.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export const authorizerEvent = ({ isBase64Encoded: _, ...connect }: SocketEvent, methodArn: string): object => ({
  type: 'REQUEST',
  methodArn,
  ...connect,
});

/** What a message's route is invoked with. */
export const messageEvent = (subject: Subject, routeKey: string, body: string, at: number): SocketEvent => ({
  ...variablesOf(subject),
  requestContext: contextOf(subject, at, { routeKey, messageId: newId(), eventType: 'MESSAGE' }),
  body,
  isBase64Encoded: false,
});

/** What `$disconnect` is invoked with: the handshake is long gone, so hardly a header is left. */
export const disconnectEvent = (subject: Subject, code: number, reason: string, at: number): SocketEvent => {
  const headers: [string, string][] = [
    ['Host', subject.domainName],
    ['x-api-key', ''],
    ['X-Forwarded-For', ''],
    ['x-restapi', ''],
  ];
  return {
    headers: single(headers),
    multiValueHeaders: multiple(headers),
    ...variablesOf(subject),
    requestContext: contextOf(subject, at, {
      routeKey: '$disconnect',
      disconnectStatusCode: code,
      eventType: 'DISCONNECT',
      disconnectReason: reason,
    }),
    isBase64Encoded: false,
  };
};
