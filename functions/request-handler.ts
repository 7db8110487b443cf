import * as http from 'node:http';
import * as https from 'node:https';
import { patience } from './patience.ts';

/** What the SDK hands over of a call, as far as DynamoDB, SQS and `@connections` use it: no query, and a body in memory. */
interface Call {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** No whole answer came in time. Whether the call was carried out is not known: send again only what may happen twice. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * How an SDK client of a function makes its calls, at most `sockets` at once to a host. A call has `patience` for everything,
 * from waiting for a socket to the last byte of its answer, or rejects with a `TimeoutError`.
 *
 * The SDK's own handler has four timers, of which none ends an answer that drips, and reads answers as streams: half of a post.
 */
export const createRequestHandler = (sockets = 50) => {
  const options = { keepAlive: true, maxSockets: sockets };
  const plain = { request: http.request, agent: new http.Agent(options) };
  const secure = { request: https.request, agent: new https.Agent(options) };

  const handle = ({ protocol, hostname, body, ...call }: Call): Promise<{ readonly response: Answer }> =>
    new Promise((resolve, reject) => {
      const { request, agent } = protocol === 'https:' ? secure : plain;
      // Node wants an IPv6 address without the brackets that it has in a URL.
      const host = hostname.replace(/^\[|\]$/g, '');
      const { method, path, headers, port } = call;
      const sent = request({ agent, host, port, method, path, headers });
      const fail = (cause: Error) => {
        clearTimeout(timer);
        reject(cause);
      };
      const timer = setTimeout(() => {
        fail(new TimeoutError(`No answer within ${patience} ms.`));
        sent.destroy();
      }, patience);
      sent.on('error', fail);
      sent.on('response', (answer) => {
        const { statusCode = 0, headers } = answer;
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', () => {
          clearTimeout(timer);
          resolve({ response: { statusCode, headers, body: Buffer.concat(chunks) } });
        });
      });
      sent.end(body);
    });

  return {
    handle,
    destroy: () => {
      plain.agent.destroy();
      secure.agent.destroy();
    },
  };
};
