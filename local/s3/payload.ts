import { AwsError } from '../aws.ts';
import { checkChecksums, hasChecksum } from './checksums.ts';
import { unchunk } from './chunks.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a request brings: its content, as its sender has it, and the headers that are about that. */
export interface Payload {
  readonly content: Buffer;
  readonly headers: Headers;
}

const codingsOf = (headers: Headers): string[] =>
  String(headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');

const isChunked = (headers: Headers): boolean =>
  codingsOf(headers).includes('aws-chunked') || String(headers['x-amz-content-sha256']).startsWith('STREAMING-');

/**
 * The bytes of the content, where a request says it; undefined where it has to and does not. Chunks are more bytes than what is in them.
 */
export const lengthOf = (headers: Headers): number | undefined => {
  const length = headers[isChunked(headers) ? 'x-amz-decoded-content-length' : 'content-length'];
  return length === undefined ? undefined : Number(length);
};

/** @throws AwsError IncompleteBody, MalformedTrailerError (400) */
const unpacked = (body: Buffer, headers: Headers): Payload => {
  if (!isChunked(headers)) return { content: body, headers };
  const { content, trailers } = unchunk(body);
  if (content.length !== lengthOf(headers)) {
    throw new AwsError('IncompleteBody', 'The chunks are not as long as x-amz-decoded-content-length says.');
  }
  const announced = headers['x-amz-trailer'];
  if (announced !== undefined && trailers[String(announced).toLowerCase()] === undefined) {
    const message =
      'The request contained trailing data that was not well-formed or did not conform to our published schema.';
    throw new AwsError('MalformedTrailerError', message);
  }
  const { 'content-encoding': _, ...others } = headers;
  const kept = codingsOf(headers).filter((coding) => coding !== 'aws-chunked');
  return {
    content,
    headers: { ...others, ...trailers, ...(kept.length > 0 && { 'content-encoding': kept.join(',') }) },
  };
};

/** Of an upload in parts that is completed, the checksum is the object's, and the body a list of parts. */
const isOfObject = (name: string): boolean => name.startsWith('x-amz-checksum-');

/** What a presigned URL says in the query counts as a header. */
const hoisted = (query: Readonly<Record<string, string>>): Headers =>
  Object.fromEntries(
    Object.entries(query)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name === 'content-md5' || isOfObject(name)),
  );

/**
 * Takes a body out of its chunks, and holds it against its checksums.
 * @throws AwsError what S3 answers to a body that is not what its sender says
 */
export const payloadOf = async (
  operation: string,
  body: Buffer,
  { headers, query }: { readonly headers: Headers; readonly query: Readonly<Record<string, string>> },
): Promise<Payload> => {
  const payload = unpacked(body, { ...hoisted(query), ...headers });
  if (operation === 'DeleteObjects' && !hasChecksum(payload.headers)) {
    const message = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*';
    throw new AwsError('InvalidRequest', message);
  }
  const about = Object.entries(payload.headers).filter(
    ([name]) => operation !== 'CompleteMultipartUpload' || !isOfObject(name),
  );
  await checkChecksums(payload.content, Object.fromEntries(about));
  return payload;
};
