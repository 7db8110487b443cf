import { AwsError, account } from '../aws.ts';
import type { BucketStore } from './fauxqs.ts';
import type { S3Input } from './input.ts';
import { encodingOf, listingOf, mostOf } from './listing.ts';
import { type Reply, xmlReply } from './reply.ts';
import { element, type Tag } from './xml.ts';

const tokenOf = (name: string): string => Buffer.from(name).toString('base64');

const nameOf = (token: string): string => {
  const name = Buffer.from(token, 'base64').toString();
  if (tokenOf(name) === token) return name;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
};

const owner = `<Owner><ID>${account}</ID></Owner>`;

/** ListObjects and ListObjectsV2. fauxqs's own order is a dictionary's, and where pages meet they lose keys. */
export const listObjects = (operation: string, { bucket, query }: S3Input, store: BucketStore): Reply => {
  const { prefix = '', delimiter = '', marker = '', 'start-after': startAfter = '' } = query;
  const token = query['continuation-token'];
  const isSecond = operation === 'ListObjectsV2';
  const first = isSecond ? startAfter : marker;
  const after = isSecond && token !== undefined ? nameOf(token) : first;
  const encoded = encodingOf(query['encoding-type']);
  const most = mostOf(query['max-keys'], 'maxKeys');
  const objects = store.buckets.get(bucket);
  const { keys, prefixes, next } = listingOf(objects?.keys() ?? [], { prefix, delimiter, after, most });

  const withOwner = !isSecond || query['fetch-owner'] === 'true';
  const contents = keys.map((key) => {
    const { lastModified, etag, contentLength } = objects?.get(key) ?? {};
    const tags: Tag[] = [
      ['Key', encoded(key)],
      ['LastModified', lastModified?.toISOString()],
      ['ETag', etag],
      ['Size', contentLength],
      ['StorageClass', 'STANDARD'],
    ];
    return `<Contents>${tags.map(element).join('')}${withOwner ? owner : ''}</Contents>`;
  });
  const common = prefixes.map((name) => `<CommonPrefixes>${element(['Prefix', encoded(name)])}</CommonPrefixes>`);

  const position: Tag[] = isSecond
    ? [
        ['KeyCount', keys.length + prefixes.length],
        ['StartAfter', startAfter === '' ? undefined : encoded(startAfter)],
        ['ContinuationToken', token],
        ['NextContinuationToken', next === undefined ? undefined : tokenOf(next)],
      ]
    : [
        ['Marker', encoded(marker)],
        // S3 says it with a delimiter alone: without one the last key does.
        ['NextMarker', next === undefined || delimiter === '' ? undefined : encoded(next)],
      ];
  const tags: Tag[] = [
    ['Name', bucket],
    ['Prefix', encoded(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encoded(delimiter)],
    ['MaxKeys', most],
    ['EncodingType', query['encoding-type']],
    ['IsTruncated', next !== undefined],
    ...position,
  ];
  const inside = [...tags.map(element), ...contents, ...common].join('');
  return xmlReply(
    200,
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`,
  );
};
