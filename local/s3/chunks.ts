import { AwsError } from '../aws.ts';

/** A body that came in chunks, put together, and the headers that came after it. */
export interface Unchunked {
  readonly content: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const incomplete = () =>
  new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header');

const trailersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\r\n').flatMap((line) => {
      const [, name = '', value = ''] = /^([^:]+):\s*(.*?)\s*$/.exec(line) ?? [];
      return name === '' ? [] : [[name.trim().toLowerCase(), value]];
    }),
  );

/**
 * Undoes `aws-chunked`: `<bytes in hex>[;chunk-signature=…]`, a line's end, as many bytes, a line's end; after a chunk of none, the trailers.
 * Signatures of chunks are not looked at. Source: S3 API reference, "Signature calculations … transferring payload in multiple chunks".
 * @throws AwsError IncompleteBody (400)
 */
export const unchunk = (body: Buffer): Unchunked => {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const [, size] = /^([\da-f]+)(?:;|$)/i.exec(end < 0 ? '' : body.toString('latin1', at, end)) ?? [];
    if (size === undefined) throw incomplete();
    const from = end + 2;
    const to = from + Number.parseInt(size, 16);
    if (to === from) return { content: Buffer.concat(chunks), trailers: trailersOf(body.toString('latin1', from)) };
    if (body.toString('latin1', to, to + 2) !== '\r\n') throw incomplete();
    chunks.push(body.subarray(from, to));
    at = to + 2;
  }
};
