import type { IncomingMessage } from 'node:http';
import { AwsError, type Call, type Service } from '../aws.ts';

/** What a call is, but for its body. */
export interface Address {
  readonly service: Exclude<Service, 's3'>;
  readonly operation: string;
  readonly inputOf: (body: Buffer) => Call['input'];
}

/** Who signed a request, and for which service. */
export interface Scope {
  readonly accessKey: string;
  readonly service: string;
}

const targets: Readonly<Record<string, Exclude<Service, 's3' | 'execute-api'>>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
};

const management: Readonly<Record<string, string>> = {
  POST: 'PostToConnection',
  GET: 'GetConnection',
  DELETE: 'DeleteConnection',
};

/** `Credential=<access key>/<date>/<region>/<service>/aws4_request` in the header that the SDKs sign with. */
export const scopeOf = ({ headers }: Pick<IncomingMessage, 'headers'>): Scope | undefined => {
  const credential = /Credential=([^/,\s]+)\/[^,\s]*?([^/,\s]+)\/aws4_request/.exec(headers.authorization ?? '');
  return credential ? { accessKey: credential[1] ?? '', service: credential[2] ?? '' } : undefined;
};

/** Some SDKs encode the `@`; an id with a slash in it has that encoded. */
const pathOf = (url = ''): string => url.replace(/\?.*/s, '').replaceAll('%40', '@');

const isAboutConnections = ({ url }: IncomingMessage): boolean => /\/@connections(\/|$)/.test(pathOf(url));

/** Whether a request is for an AWS service, by its target, its signature or its path: the pages have all others. */
export const isAwsRequest = (request: IncomingMessage): boolean =>
  request.headers['x-amz-target'] !== undefined || scopeOf(request) !== undefined || isAboutConnections(request);

/** A body that is no JSON and a path that is no URL are the caller's fault, which no further try mends. */
const readable = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw new AwsError('SerializationException', `The request cannot be read: ${(cause as Error).message}.`);
  }
};

const membersOf = (body: Buffer): Call['input'] =>
  readable(() => {
    const members: unknown = JSON.parse(body.toString() || '{}');
    if (typeof members === 'object' && members !== null && !Array.isArray(members)) return { ...members };
    throw new TypeError('its body is no JSON object');
  });

/** As API Gateway answers what is not under a stage, and what no API has there. */
const connectionAddress = ({ method = '', url }: IncomingMessage): Address => {
  const [, stage, id] = /^(.*)\/@connections(?:\/([^/]+)\/?)?$/s.exec(pathOf(url)) ?? [];
  const operation = management[method];
  if (stage === undefined || !/^\/[^/]+$/.test(stage)) throw new AwsError('ForbiddenException', 'Forbidden', 403);
  if (id === undefined || operation === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const [name, ConnectionId] = readable(() => [decodeURIComponent(stage.slice(1)), decodeURIComponent(id)]);
  return { service: 'execute-api', operation, inputOf: (Data) => ({ stage: name, ConnectionId, Data }) };
};

const spoken: Readonly<Record<string, string>> = {
  dynamodb: 'JSON 1.0, with the operation in X-Amz-Target',
  sqs: 'JSON 1.0, with the operation in X-Amz-Target, as all SDKs since 2023 do',
};

/** @throws AwsError what the service answers, or that nothing here does */
export const addressOf = (request: IncomingMessage): Address => {
  const { headers, method = '', url = '' } = request;
  const [prefix = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const service = targets[prefix];
  if (service) return { service, operation, inputOf: membersOf };
  const signedFor = scopeOf(request)?.service ?? '';
  const isForApis = signedFor === 'execute-api' || isAboutConnections(request);
  if (isForApis && prefix === '') return connectionAddress(request);
  const protocol = prefix === '' ? spoken[signedFor] : undefined;
  throw new AwsError(
    'UnknownOperationException',
    protocol === undefined
      ? `Nothing here answers ${prefix === '' ? `${method} ${url} of ${signedFor}` : `${prefix}.${operation}`}: DynamoDB, SQS, S3 and @connections run here.`
      : `Speak ${signedFor} in ${protocol}.`,
    404,
  );
};
