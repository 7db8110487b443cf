import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { AwsError, type Caller, type Dispatch } from '../aws.ts';
import type { ReadBody } from '../door/body.ts';
import { corsHeaders, namesOrigin } from './cors.ts';
import type { BucketDefinition } from './definition.ts';
import { readDelete } from './deleteObjects.ts';
import { toCallInput } from './input.ts';
import { operationOf } from './operation.ts';
import { lengthOf, payloadOf } from './payload.ts';
import { checkPresigned, isPresigned } from './presigned.ts';
import { type Reply, xmlReply } from './reply.ts';
import { bucketOfHost, readRequest, type S3Request } from './request.ts';
import { sizeOf } from './sizes.ts';
import { escapeXml } from './xml.ts';

export interface S3FrontOptions {
  readonly buckets: readonly BucketDefinition[];
  readonly dispatch: Dispatch;
  /** Tells who signs with an access key. */
  readonly callerOf: (accessKeyId: string | undefined) => Caller;
  readonly readBody: ReadBody;
}

/** S3's REST API on the one port. */
export interface S3Front {
  /** Whether a request is for S3: it is signed for it, or asks before it sends one to a bucket. */
  recognises(request: IncomingMessage): boolean;
  /** `isStranger`: a page of another origin sends it, which may do what a rule of the bucket's CORS configuration allows it by name. */
  answer(request: IncomingMessage, response: ServerResponse, isStranger: boolean): Promise<void>;
}

/** What a browser makes of an object: a picture or a text to look at, never a page of this origin that does things. S3 sends neither. */
const lifeless = { 'content-security-policy': "sandbox; default-src 'none'", 'x-content-type-options': 'nosniff' };

const signedForS3 = /\/s3\/aws4_request/;

/** `<access key>/<date>/<region>/s3/aws4_request`, in the header or in the query of a presigned URL. */
const credentialOf = ({ headers, query }: Pick<S3Request, 'headers' | 'query'>): string | undefined =>
  query['X-Amz-Credential'] ?? /Credential=([^,\s]+)/.exec(String(headers.authorization ?? ''))?.[1];

const errorReply = ({ name, message, status }: AwsError, { path }: Pick<S3Request, 'path'>): Reply =>
  xmlReply(
    status,
    `<Error><Code>${escapeXml(name)}</Code><Message>${escapeXml(message)}</Message><Resource>${escapeXml(path)}</Resource></Error>`,
  );

/** Presigned as some tools still do unless told otherwise; S3 takes it for buckets from before 2020 alone. */
const isOfVersion2 = (query: S3Request['query']): boolean => 'AWSAccessKeyId' in query && 'Signature' in query;

export const createS3Front = ({ buckets, dispatch, callerOf, readBody }: S3FrontOptions): S3Front => {
  const byName = new Map(buckets.map((bucket) => [bucket.name, bucket]));

  const preflight = ({ bucket, headers }: S3Request): Reply => {
    const asked = String(headers['access-control-request-headers'] ?? '');
    const allowed = corsHeaders(byName.get(bucket)?.cors ?? [], {
      origin: String(headers.origin ?? ''),
      method: String(headers['access-control-request-method'] ?? ''),
      headers: asked === '' ? [] : asked.split(',').map((header) => header.trim()),
    });
    if (allowed !== undefined) return { status: 200, headers: allowed, body: Buffer.alloc(0) };
    const message =
      "CORSResponse: This CORS request is not allowed: add a rule to the bucket's BucketCorsConfiguration.";
    throw new AwsError('AccessForbidden', message, 403);
  };

  const call = async (request: S3Request, body: IncomingMessage): Promise<Reply> => {
    if (request.method === 'OPTIONS') return preflight(request);
    if (isOfVersion2(request.query)) {
      const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
      throw new AwsError('InvalidRequest', message, 400);
    }
    if (isPresigned(request) || !signedForS3.test(String(request.headers.authorization ?? '')))
      checkPresigned(request, Date.now());
    const operation = operationOf(request);
    const length = lengthOf(request.headers);
    if (request.method === 'PUT' && length === undefined)
      throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
    const [most, refusals] = sizeOf(operation);
    if (length !== undefined && length > most) throw refusals.tooLarge();
    const readDeletes = async () => {
      const { content } = await payloadOf(operation, await readBody(body, most, refusals), request);
      return readDelete(content.toString());
    };
    const deletes = operation === 'DeleteObjects' ? await readDeletes() : undefined;
    const input = toCallInput({ ...request, deletes, body: deletes === undefined ? body : Readable.from([]) });
    const caller = callerOf(credentialOf(request)?.split('/')[0]);
    return (await dispatch({ caller, service: 's3', operation, input })) as Reply;
  };

  /** What lets a page of another origin see the answer. */
  const crossOrigin = ({ method, bucket, headers }: S3Request) =>
    typeof headers.origin === 'string' && method !== 'OPTIONS'
      ? corsHeaders(byName.get(bucket)?.cors ?? [], { origin: headers.origin, method })
      : undefined;

  /** Refuses a page of another origin that no rule of the bucket names. */
  const checkStranger = ({ method, bucket, headers }: S3Request): void => {
    const { origin = '', 'access-control-request-method': asked = '' } = headers;
    const question = { origin: String(origin), method: method === 'OPTIONS' ? String(asked) : method };
    if (namesOrigin(byName.get(bucket)?.cors ?? [], question)) return;
    const message =
      "Pages of other origins may do here what the bucket's CORS configuration allows them by name, or those that --origin names.";
    throw new AwsError('AccessDenied', message, 403);
  };

  return {
    recognises: (request) => {
      const { headers, url = '' } = request;
      if (signedForS3.test(headers.authorization ?? '')) return true;
      const [path = '', search = ''] = url.split('?');
      const query = Object.fromEntries(new URLSearchParams(search));
      if (signedForS3.test(query['X-Amz-Credential'] ?? '') || isOfVersion2(query)) return true;
      if (request.method !== 'OPTIONS') return false;
      return byName.has(path.split('/')[1] ?? '') || byName.has(bucketOfHost(headers.host) ?? '');
    },
    answer: async (message, response, isStranger) => {
      let request: Pick<S3Request, 'path'> = { path: message.url ?? '/' };
      const send = (reply: Reply, more: object = {}) => {
        const id = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
        // An answer to HEAD says how long the object is, where it has one.
        const length = message.method === 'HEAD' ? {} : { 'content-length': reply.body.length };
        response.writeHead(reply.status, { 'x-amz-request-id': id, ...more, ...reply.headers, ...lifeless, ...length });
        response.end(message.method === 'HEAD' ? undefined : reply.body);
      };
      let shared: object | undefined;
      try {
        const read = readRequest(message);
        request = read;
        if (isStranger) checkStranger(read);
        shared = crossOrigin(read);
        send(await call(read, message), shared);
      } catch (cause) {
        const error = cause instanceof AwsError ? cause : new AwsError('InternalError', String(cause), 500);
        send(errorReply(error, request), shared);
      }
    },
  };
};
