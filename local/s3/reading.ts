import type { StoredObject } from './fauxqs.ts';
import type { S3Input } from './input.ts';
import type { Reply } from './reply.ts';

/** The operations that answer with an object, or with what would come with it. */
export const isReading = (operation: string): boolean => operation === 'GetObject' || operation === 'HeadObject';

/** The headers of an answer that a request may have otherwise. Source: S3 API reference, GetObject. */
const overridable = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** The last so many bytes of an object that has fewer are all that it has: fauxqs refuses to give them. */
export const rangeWithin = (headers: S3Input['headers'], object: StoredObject | undefined): S3Input['headers'] => {
  const [, last] = /^bytes=-(\d+)$/.exec(String(headers.range)) ?? [];
  const { range: _, ...others } = headers;
  if (last === undefined || object === undefined || Number(last) <= object.contentLength) return headers;
  return object.contentLength > 0 ? { ...others, range: 'bytes=0-' } : headers;
};

/** An object as the request wants it to be called: `?response-content-type=text/html`. */
export const asWanted = (reply: Reply, query: S3Input['query']): Reply => {
  const wanted = overridable.flatMap((header) => {
    const value = query[`response-${header}`];
    return value === undefined ? [] : [[header, value]];
  });
  return { ...reply, headers: { 'accept-ranges': 'bytes', ...reply.headers, ...Object.fromEntries(wanted) } };
};
