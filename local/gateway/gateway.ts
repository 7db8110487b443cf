import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Engine, Graph, Invoke, Say } from '../aws.ts';
import { type Connection, end } from './connection.ts';
import { createHandshakes } from './handshake.ts';
import { createIntegrate } from './integration.ts';
import { awsTiming, type Timing } from './limits.ts';
import { createManagement } from './management.ts';
import { type SessionDeps, serve, tellDisconnected } from './session.ts';
import { stagesOf } from './stages.ts';
import { createWaiting } from './waiting.ts';

export interface GatewayOptions {
  /** Every WebSocket API in it is served, each stage at `/<its name>`. */
  readonly graph: Graph;
  readonly invoke: Invoke;
  /** Told of what keeps a function from being invoked, in a sentence. */
  readonly say: Say;
  /** AWS's limits in time unless given. */
  readonly timing?: Partial<Timing>;
  /** Milliseconds since 1970; the clock unless given. */
  readonly now?: () => number;
}

/** API Gateway for the WebSocket APIs of a Pulumi program. */
export interface Gateway {
  /** For the 'upgrade' event of an http server. Answers 403, as AWS does, where the path is no stage. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** PostToConnection, GetConnection and DeleteConnection, with a `stage` in the input: see `createManagement`. */
  readonly management: Engine;
  /**
   * Serves the stages of another graph, from the next message on; connections stay open. Throws like `createGateway`, and leaves
   * all as it was.
   */
  update(graph: Graph): void;
  /**
   * Ends every connection with 1001, and handshakes under way. Resolves when no socket is left, after `timing.closing` at
   * the latest. No function is told: they are ending as well, and a post to a connection of a former run answers 410.
   */
  close(): Promise<void>;
}

/** @throws GatewayConfigError naming the resource, where AWS would refuse the program or this gateway cannot run it */
export const createGateway = ({ graph, invoke, say, timing, now = Date.now }: GatewayOptions): Gateway => {
  const limits: Timing = { ...awsTiming, ...timing };
  const stages = new Map(stagesOf(graph));
  const connections = new Map<string, Connection>();
  const integrate = createIntegrate(invoke, say, limits.integration);
  let closing = false;
  let allClosed = (): void => {};

  const session: SessionDeps = {
    integrate,
    waiting: createWaiting(),
    now,
    tells: () => !closing,
    closed(connection) {
      connections.delete(connection.id);
      if (connections.size === 0) allClosed();
    },
  };
  const handshakes = createHandshakes({
    stages,
    integrate,
    say,
    now,
    opened(subject, socket, stream) {
      const connection: Connection = { ...subject, socket, lastActiveAt: now(), ending: undefined };
      connections.set(connection.id, connection);
      serve(session, connection, stream);
    },
    lost: (subject) => tellDisconnected(session, subject, 1006, ''),
  });

  const lookOver = (): void => {
    const at = now();
    for (const connection of connections.values()) {
      const { ending, connectedAt, lastActiveAt } = connection;
      if (ending !== undefined) {
        if (at - ending.at >= limits.closing) connection.socket.terminate();
      } else if (at - connectedAt >= limits.duration || at - lastActiveAt >= limits.idle)
        end(connection, 1001, 'Going away', at);
    }
  };
  const sweep = setInterval(lookOver, limits.sweep);
  sweep.unref();

  const endAll = async (): Promise<void> => {
    closing = true;
    clearInterval(sweep);
    handshakes.close();
    if (connections.size === 0) return;
    const left = new Promise<void>((resolve) => {
      allClosed = resolve;
    });
    for (const connection of connections.values()) end(connection, 1001, 'Going away', now());
    const cut = setTimeout(() => {
      for (const { socket } of connections.values()) socket.terminate();
    }, limits.closing);
    await left;
    clearTimeout(cut);
  };
  let ended: Promise<void> | undefined;

  return {
    upgrade: handshakes.upgrade,
    management: createManagement({ stages, connections, now }),
    update(next) {
      const wanted = stagesOf(next);
      for (const name of stages.keys()) if (!wanted.has(name)) stages.delete(name);
      // Connections hold their stage: it remains the same, and gets other routes.
      for (const [name, stage] of wanted) stages.set(name, Object.assign(stages.get(name) ?? stage, stage));
    },
    close() {
      ended ??= endAll();
      return ended;
    },
  };
};
