import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Say } from '../aws.ts';
import type { Authorizer } from './authorizer.ts';
import { authorizerEvent, connectEvent, type SocketEvent, type Subject } from './event.ts';
import { hasIdentity } from './identity.ts';
import { newId } from './ids.ts';
import type { Integrate } from './integration.ts';
import { maxMessageBytes, maxUrlLength } from './limits.ts';
import { problem, verdictOf } from './reply.ts';
import type { Stage } from './stages.ts';
import { type Authorization, readVerdict } from './verdict.ts';

/** What comes of handshakes. */
interface HandshakeDeps {
  readonly stages: ReadonlyMap<string, Stage>;
  readonly integrate: Integrate;
  readonly say: Say;
  readonly now: () => number;
  /** The client is connected. */
  readonly opened: (subject: Subject, socket: WebSocket, stream: Duplex) => void;
  /** `$connect` said yes, but the client had left by then. */
  readonly lost: (subject: Subject) => void;
}

/** The handshakes of all stages. */
interface Handshakes {
  /** For the 'upgrade' event of an http server. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts those that wait for `$connect`, and refuses all that come later. */
  close(): void;
}

interface Handshake {
  readonly req: IncomingMessage;
  readonly query: string;
  subject: Subject;
  protocol: string | undefined;
  opened: boolean;
}

type Done = (accepted: boolean, status?: number, body?: string, headers?: Record<string, string>) => void;

const json = { 'Content-Type': 'application/json' };

const refuse = (socket: Duplex, status: number, message: string): void => {
  const body = JSON.stringify({ message });
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};

/** `/dev?a=b` or `/dev/?a=b` as `dev` and `a=b`; API Gateway serves a WebSocket API at no deeper path. */
const readUrl = (url: string): { name: string; query: string } => {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { name: /^\/([^/]+)\/?$/.exec(path)?.[1] ?? '', query: mark < 0 ? '' : url.slice(mark + 1) };
};

const subjectOf = (req: IncomingMessage, stage: Stage, connectedAt: number): Subject => {
  const userAgent = req.headers['user-agent'];
  // A server that listens on IPv6 too gives IPv4 addresses in IPv6's clothes.
  const sourceIp = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return {
    id: newId(),
    stage,
    connectedAt,
    domainName: req.headers.host ?? 'localhost',
    identity: userAgent === undefined ? { sourceIp } : { sourceIp, userAgent },
  };
};

export const createHandshakes = ({ stages, integrate, say, now, opened, lost }: HandshakeDeps): Handshakes => {
  const handshakes = new WeakMap<IncomingMessage, Handshake>();
  const waiting = new Set<Duplex>();
  let closed = false;

  /** Called by `ws` when the handshake is well-formed: so no function is invoked for one that is not. */
  const admit = async (handshake: Handshake, done: Done): Promise<void> => {
    const { req, query } = handshake;
    const route = handshake.subject.stage.routes.get('$connect');
    if (route !== undefined) {
      const event = () => connectEvent(handshake.subject, req, query);
      const refused = (status: number) =>
        done(false, status, problem(status, handshake.subject.id, event().requestContext.requestId), json);
      if (route.authorizer !== undefined) {
        const authorization = await authorise(route.authorizer, event());
        if (!authorization.ok) return refused(authorization.status);
        handshake.subject = { ...handshake.subject, authorizer: authorization.context };
      }
      const { status, protocol } = verdictOf(await integrate(route, event()));
      if (status >= 300) return refused(status);
      handshake.protocol = protocol;
    }
    done(true);
    if (!handshake.opened) lost(handshake.subject);
  };

  /** Asks for each handshake anew: AWS keeps no answers of authorizers of WebSocket APIs. */
  const authorise = async (authorizer: Authorizer, event: SocketEvent): Promise<Authorization> => {
    if (!hasIdentity(authorizer.identitySources, event)) return { ok: false, status: 401 };
    const { methodArn } = authorizer;
    const authorization = readVerdict(await integrate(authorizer, authorizerEvent(event, methodArn)), methodArn);
    if (!authorization.ok && authorization.why !== undefined)
      say(`API Gateway can't use what the authorizer "${authorizer.name}" answered: ${authorization.why}.`);
    return authorization;
  };

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: () => false,
    verifyClient: ({ req }: { req: IncomingMessage }, done: Done) => {
      const handshake = handshakes.get(req);
      if (handshake === undefined) done(false, 403);
      else void admit(handshake, done);
    },
  });
  // What the function chose is sent as it is, offered or not: that is for the client to find out, as on AWS.
  server.on('headers', (headers, req) => {
    const protocol = handshakes.get(req)?.protocol;
    if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
  });

  return {
    upgrade(req, socket, head) {
      // Whatever happens to a client's socket while nobody else listens must not end the process.
      socket.on('error', () => socket.destroy());
      const url = req.url ?? '/';
      if (closed) return refuse(socket, 503, 'Service Unavailable');
      if (url.length > maxUrlLength) return refuse(socket, 414, 'URI Too Long');
      const { name, query } = readUrl(url);
      const stage = stages.get(name);
      if (stage === undefined) return refuse(socket, 403, 'Forbidden');
      const subject = subjectOf(req, stage, now());
      const handshake: Handshake = {
        req,
        query,
        subject,
        protocol: undefined,
        opened: false,
      };
      handshakes.set(req, handshake);
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
      server.handleUpgrade(req, socket, head, (webSocket) => {
        waiting.delete(socket);
        handshake.opened = true;
        opened(handshake.subject, webSocket, socket);
      });
    },
    close() {
      closed = true;
      for (const socket of waiting) socket.destroy();
    },
  };
};
