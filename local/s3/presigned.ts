import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { getCanonicalHeaders, getCanonicalQuery } from '@smithy/signature-v4';
import { AwsError } from '../aws.ts';
import type { S3Request } from './request.ts';

/** What every function of the local runtime signs with, and whoever else makes presigned URLs has to sign with. */
const secret = 'local';
/** A presigned URL is good for seven days at most. Source: S3 user guide, "Download and upload objects with presigned URLs". */
const longest = 604_800;

/** Whether the signature is in the URL, for whoever has the URL to use. */
export const isPresigned = ({ query }: Pick<S3Request, 'query'>): boolean => 'X-Amz-Signature' in query;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** What was signed, rebuilt from the request that came. Source: IAM user guide, "Create a signed AWS API request". */
const canonicalRequest = ({ method, path, query, headers }: S3Request, signed: readonly string[]): string => {
  const sent = Object.fromEntries(signed.map((name) => [name, String(headers[name] ?? '')]));
  const canonical = getCanonicalHeaders(
    { method, protocol: 'http:', hostname: '', path, headers: sent },
    undefined,
    new Set(signed),
  );
  return [
    method,
    path,
    getCanonicalQuery({ method, protocol: 'http:', hostname: '', path, headers: {}, query: { ...query } }),
    ...signed.map((name) => `${name}:${canonical[name] ?? ''}`),
    '',
    signed.join(';'),
    query['X-Amz-Content-Sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
};

/** `20261120T101500Z`, in milliseconds since 1970; NaN for anything else. */
const timeOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/**
 * Checks a presigned URL as S3 does: not expired, and everything that was signed (method, path, query, the signed headers
 * such as `content-length` and `content-type`) is what came.
 * @param now milliseconds since 1970.
 * @throws AwsError AuthorizationQueryParametersError (400), AccessDenied for one that has expired (403), SignatureDoesNotMatch (403).
 */
export const checkPresigned = (request: S3Request, now: number): void => {
  const { query } = request;
  const date = query['X-Amz-Date'] ?? '';
  const expires = Number(query['X-Amz-Expires']);
  const signed = (query['X-Amz-SignedHeaders'] ?? '').split(';');
  const [, day = '', region = '', service = ''] = (query['X-Amz-Credential'] ?? '').split('/');
  const began = timeOf(date);
  if (query['X-Amz-Algorithm'] !== 'AWS4-HMAC-SHA256' || Number.isNaN(began) || !(expires >= 0 && expires <= longest)) {
    const message = `A presigned URL has X-Amz-Algorithm=AWS4-HMAC-SHA256, X-Amz-Date, and X-Amz-Expires up to ${longest} seconds.`;
    throw new AwsError('AuthorizationQueryParametersError', message, 400);
  }
  if (now > began + expires * 1000) throw new AwsError('AccessDenied', 'Request has expired', 403);

  const unsigned = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (unsigned !== undefined) {
    throw new AwsError(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${unsigned}`,
      403,
    );
  }
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, hash(canonicalRequest(request, signed))].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const right = hmac(key, toSign);
  const given = Buffer.from(query['X-Amz-Signature'] ?? '', 'hex');
  if (given.length === right.length && timingSafeEqual(given, right)) return;
  throw new AwsError(
    'SignatureDoesNotMatch',
    `The request is not what was signed (${signed.join(', ')} among it), or the secret access key was not “${secret}”, which all sign with here.`,
    403,
  );
};
