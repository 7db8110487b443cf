import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { AwsError, type Graph, type InvokeResult, type Resource } from '../../aws.ts';
import { createGateway } from '../../gateway/gateway.ts';
import type { Timing } from '../../gateway/limits.ts';

export const resource = (
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
  dependencies: string[] = [],
): Resource => ({
  type,
  name,
  urn: `urn:${type}::${name}`,
  inputs,
  outputs: { ...inputs, ...outputs },
  dependencies,
});

export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** Resources to put in place of the usual ones: `{ 'route:Route plus': { target: undefined } }`. */
export type Changes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * One WebSocket API with a function of the same name behind each route (`$connect`'s is `connect`), a stage, a deployment
 * and a permission for all of it.
 */
export const api = (routeKeys: readonly string[], changes: Changes = {}, id = 'api1', stage = 'dev'): Resource[] => {
  const kind = (type: string) => `aws:apigatewayv2/${type}`;
  const executionArn = `arn:aws:execute-api:us-east-1:000000000000:${id}`;
  const routes = routeKeys.map((key) => {
    const name = key.replace('$', '');
    return resource(
      kind('route:Route'),
      name,
      { apiId: id, routeKey: key, target: `integrations/${id}-${name}`, ...changes[`route ${name}`] },
      { id: `${id}-route-${name}` },
    );
  });
  const behind = routeKeys.flatMap((key) => {
    const name = key.replace('$', '');
    const arn = functionArn(name);
    const invokeArn = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
    return [
      resource('aws:lambda/function:Function', name, {}, { id: name, name, arn, invokeArn }),
      resource(
        kind('integration:Integration'),
        name,
        { apiId: id, integrationType: 'AWS_PROXY', integrationUri: invokeArn, ...changes[`integration ${name}`] },
        { id: `${id}-${name}` },
      ),
      resource('aws:lambda/permission:Permission', name, {
        action: 'lambda:InvokeFunction',
        function: name,
        principal: 'apigateway.amazonaws.com',
        sourceArn: `${executionArn}/*/*`,
        ...changes[`permission ${name}`],
      }),
    ];
  });
  return [
    resource(
      kind('api:Api'),
      id,
      { protocolType: 'WEBSOCKET', routeSelectionExpression: '$request.body.action', ...changes.api },
      { id, executionArn },
    ),
    ...routes,
    ...behind,
    resource(
      kind('deployment:Deployment'),
      id,
      { apiId: id, ...changes.deployment },
      { id: `${id}-deployment` },
      routes.map(({ urn }) => urn),
    ),
    resource(kind('stage:Stage'), stage, {
      apiId: id,
      name: stage,
      deploymentId: `${id}-deployment`,
      ...changes.stage,
    }),
  ];
};

export const graphOf = (...resources: Resource[]): Graph => ({ port: 4000, resources, outputs: {} });

interface Invocation {
  readonly name: string;
  // Events are JSON: tests look into them freely.
  readonly event: Record<string, never> & {
    requestContext: Record<string, unknown> & { connectionId: string };
    headers: Record<string, string>;
    body: string;
  };
}

/** What a function of a test does. An AwsError that it throws is of the service that should have invoked it. */
export type Handler = (invocation: Invocation) => unknown;

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly gateway: ReturnType<typeof createGateway>;
  readonly invocations: Invocation[];
  readonly said: string[];
  /** Invocations of one function. */
  of(name: string): Invocation[];
  stop(): Promise<void>;
}

export const start = async (options: {
  resources: Resource[];
  handler?: Handler;
  timing?: Partial<Timing>;
  now?: () => number;
}): Promise<Running> => {
  const invocations: Invocation[] = [];
  const said: string[] = [];
  const invoke = async (arn: string, event: unknown): Promise<InvokeResult> => {
    const invocation = { name: arn.split(':').at(-1) ?? '', event: event as Invocation['event'] };
    invocations.push(invocation);
    try {
      return { ok: true, value: options.handler ? await options.handler(invocation) : { statusCode: 200 } };
    } catch (error) {
      if (error instanceof AwsError) throw error;
      return { ok: false, errorType: 'Error', errorMessage: error instanceof Error ? error.message : String(error) };
    }
  };
  const gateway = createGateway({
    graph: graphOf(...options.resources),
    invoke,
    say: (line) => said.push(line),
    timing: { sweep: 10, closing: 500, ...options.timing },
    ...(options.now && { now: options.now }),
  });
  const server = createServer().on('upgrade', gateway.upgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/dev`,
    port,
    gateway,
    invocations,
    said,
    of: (name) => invocations.filter((one) => one.name === name),
    async stop() {
      for (const socket of raw.splice(0)) socket.destroy();
      await gateway.close();
      server.closeAllConnections();
      server.close();
    },
  };
};

interface Client {
  readonly socket: WebSocket;
  readonly messages: string[];
  /** Resolves with the code and the reason of the close. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

const watched = (socket: WebSocket): Client => {
  const messages: string[] = [];
  socket.on('message', (data) => messages.push(String(data)));
  socket.on('error', () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  return { socket, messages, closed };
};

export const connect = async (url: string, protocols: string[] = [], options: ClientOptions = {}): Promise<Client> => {
  const client = watched(new WebSocket(url, protocols, options));
  await once(client.socket, 'open');
  return client;
};

/** The status and the body that a handshake is refused with. */
export const refused = (url: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('open', () => reject(new Error('the handshake was accepted')));
    socket.on('error', reject);
    socket.on('unexpected-response', async (_, response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode ?? 0, body });
    });
  });

const raw: Socket[] = [];

/** A TCP client that has sent a handshake and does, and reads, nothing by itself. */
export const rawClient = async (port: number, path = '/dev', headers = ''): Promise<Socket> => {
  const socket = connectTcp(port, '127.0.0.1');
  raw.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
  );
  return socket;
};

/** A masked frame as a client sends it; the mask is zero, so the payload is as it is. */
export const frame = (opcode: number, payload: string | Buffer, fin = true): Buffer => {
  const data = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | opcode;
  const mask = Buffer.alloc(4);
  if (data.length < 126) return Buffer.concat([Buffer.from([first, 0x80 | data.length]), mask, data]);
  const extended = Buffer.alloc(data.length < 65536 ? 4 : 10);
  extended.writeUInt8(first, 0);
  extended.writeUInt8(0x80 | (data.length < 65536 ? 126 : 127), 1);
  if (data.length < 65536) extended.writeUInt16BE(data.length, 2);
  else extended.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([extended, mask, data]);
};

export const until = <T>(check: () => T): Promise<T> =>
  vi.waitFor(
    () => {
      const value = check();
      if (!value) throw new Error('the condition did not come true');
      return value;
    },
    { timeout: 30_000, interval: 5 },
  );

/** The connection id that `$connect` was told for the last client. */
export const lastConnection = (running: Running): string =>
  running.of('connect').at(-1)?.event.requestContext.connectionId ?? '';
