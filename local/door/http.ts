import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type Call, type Caller, type Dispatch, type Service } from '../aws.ts';
import { createReadBody, type ReadBody } from './body.ts';
import { sizeOf } from './sizes.ts';

/** Tells who signs with an access key: a function's name, anything else is the person at this machine. */
export type CallerOf = (accessKeyId: string | undefined) => Caller;

const targets: Readonly<Record<string, Exclude<Service, 's3'>>> = {
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

/** What a call is, but for its body. */
interface Address {
  readonly service: Exclude<Service, 's3'>;
  readonly operation: string;
  readonly inputOf: (body: Buffer) => Call['input'];
}

const addressOf = ({ headers, method = '', url = '' }: IncomingMessage): Address => {
  const [prefix = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const service = targets[prefix];
  if (service) return { service, operation, inputOf: (body) => readable(() => JSON.parse(body.toString() || '{}')) };
  const [, stage, id] = connectionPath.exec(url) ?? [];
  const managing = management[method];
  if (!stage || !id || !managing)
    throw new AwsError('UnknownOperationException', `Nothing here answers ${method} ${url}.`, 404);
  const [stageName, ConnectionId] = readable(() => [decodeURIComponent(stage), decodeURIComponent(id)]);
  const inputOf = (Data: Buffer) => ({ stage: stageName, ConnectionId, Data });
  return { service: 'execute-api', operation: managing, inputOf };
};

/** Answers AWS's HTTP requests: reads a call, sends it through the door, writes what comes back. */
export const createHttpFront =
  (dispatch: Dispatch, callerOf: CallerOf, readBody: ReadBody = createReadBody()) =>
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
      const { service, operation, inputOf } = addressOf(request);
      const input = inputOf(await readBody(request, ...sizeOf(service, operation)));
      answer(200, await dispatch({ service, operation, input, caller: callerOf(accessKeyOf(request)) }));
    } catch (cause) {
      const error = cause instanceof AwsError ? cause : new AwsError('InternalServerError', String(cause), 500);
      answer(error.status, { __type: error.name, message: error.message }, { 'x-amzn-errortype': error.name });
    }
  };
