import { AwsError } from '../aws.ts';

/** What a request to list a bucket asks for. */
export interface Wanted {
  readonly prefix: string;
  readonly delimiter: string;
  /** What is listed comes after this key or common prefix. */
  readonly after: string;
  readonly most: number;
}

/** A part of what a bucket has: keys, and the common prefixes of those that are below a delimiter. */
export interface Listing {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** Where the next page goes on, if there is one. */
  readonly next: string | undefined;
}

/** As many as a page has at most. Source: S3 API reference, ListObjectsV2. */
const mostKeys = 1000;

/** How many of something are asked for. @throws AwsError InvalidArgument (400) */
export const mostOf = (text: string | undefined, argument: string): number => {
  if (text === undefined || text === '') return mostKeys;
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text), mostKeys);
  throw new AwsError('InvalidArgument', `Argument ${argument} must be an integer between 0 and 2147483647`);
};

/** How names stand in the answer: encoded where the request says so, since XML has no place for each character that a key may hold. */
export const encodingOf = (type: string | undefined): ((name: string) => string) => {
  if (type === undefined) return (name) => name;
  if (type === 'url') return (name) => encodeURIComponent(name).replaceAll('%2F', '/');
  throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request');
};

/** A text whose order is that of the key's bytes in UTF-8, which is S3's: JavaScript compares units of UTF-16. */
export const bytesOf = (key: string): string => Buffer.from(key).toString('latin1');

/** A page of what a bucket with these keys has. */
export const listingOf = (all: Iterable<string>, { prefix, delimiter, after, most }: Wanted): Listing => {
  const commonPrefix = (key: string): string | undefined => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? undefined : key.slice(0, at + delimiter.length);
  };
  const start = bytesOf(after);
  const rest = [...all]
    .filter((key) => key.startsWith(prefix))
    .map((key) => ({ key, bytes: bytesOf(key), common: commonPrefix(key) }))
    // A page may end with a common prefix: all that is below it has been listed.
    .filter(({ bytes, common }) => bytes > start && (common === undefined || common !== after))
    .toSorted((a, b) => (a.bytes < b.bytes ? -1 : 1));
  const names = new Map(rest.map(({ key, common }) => [common ?? key, common !== undefined]));
  const page = [...names].slice(0, most);
  return {
    keys: page.flatMap(([name, isPrefix]) => (isPrefix ? [] : [name])),
    prefixes: page.flatMap(([name, isPrefix]) => (isPrefix ? [name] : [])),
    next: most > 0 && names.size > most ? page.at(-1)?.[0] : undefined,
  };
};
