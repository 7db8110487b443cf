import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type Call, type Caller, type Dispatch, type Service } from '../aws.ts';

/** Tells who signs with an access key: a function's name, anything else is the person at this machine. */
export type CallerOf = (accessKeyId: string | undefined) => Caller;

const targets: Readonly<Record<string, Service>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
};

const management: Readonly<Record<string, string>> = {
  POST: 'PostToConnection',
  GET: 'GetConnection',
  DELETE: 'DeleteConnection',
};

const connectionPath = /^\/([^/]+)\/@connections\/([^/]+)$/;

/** Whether a request is for an AWS service: the pages have all others. */
export const isAwsRequest = ({ headers, url = '' }: IncomingMessage): boolean =>
  headers['x-amz-target'] !== undefined || connectionPath.test(url);

/** `Credential=<access key>/<date>/<region>/<service>/aws4_request` in the header that the SDKs sign with. */
const accessKeyOf = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];

/** A body that is no JSON and a path that is no URL are the caller's fault, which no further try mends. */
const readable = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw new AwsError('SerializationException', `The request cannot be read: ${(cause as Error).message}.`);
  }
};

/** `buffer` of `node:stream/consumers` does the same by way of a Blob: for small bodies, that is most of the reading. */
const bodyOf = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });

const read = async (request: IncomingMessage): Promise<Omit<Call, 'caller'>> => {
  const body = await bodyOf(request);
  const [prefix = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const service = targets[prefix];
  if (service) {
    const input = readable(() => JSON.parse(body.toString() || '{}') as Record<string, unknown>);
    return { service, operation, input };
  }
  const [, stage, id] = connectionPath.exec(request.url ?? '') ?? [];
  const method = management[request.method ?? ''];
  if (stage && id && method) {
    const [stageName, ConnectionId] = readable(() => [decodeURIComponent(stage), decodeURIComponent(id)]);
    const input = { stage: stageName, ConnectionId, Data: body };
    return { service: 'execute-api', operation: method, input };
  }
  throw new AwsError('UnknownOperationException', `Nothing here answers ${request.method} ${request.url}.`, 404);
};

/** Answers AWS's HTTP requests: reads a call, sends it through the door, writes what comes back. */
export const createHttpFront =
  (dispatch: Dispatch, callerOf: CallerOf) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      // As text it leaves in one piece with the headers.
      const json = JSON.stringify(body);
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(json),
        ...headers,
      });
      response.end(json);
    };
    try {
      const call = { ...(await read(request)), caller: callerOf(accessKeyOf(request)) };
      answer(200, await dispatch(call));
    } catch (cause) {
      const error = cause instanceof AwsError ? cause : new AwsError('InternalServerError', String(cause), 500);
      answer(error.status, { __type: error.name, message: error.message }, { 'x-amzn-errortype': error.name });
    }
  };
