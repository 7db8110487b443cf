import { AwsError } from '../aws.ts';
import type { BucketStore } from './fauxqs.ts';
import type { S3Input } from './input.ts';
import { bytesOf, encodingOf, mostOf } from './listing.ts';
import { type Reply, xmlReply } from './reply.ts';
import { element, type Tag } from './xml.ts';

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const answer = (name: string, tags: readonly Tag[], rest: readonly string[]): Reply =>
  xmlReply(200, `<${name} ${namespace}>${[...tags.map(element), ...rest].join('')}</${name}>`);

/** ListMultipartUploads: those that were begun and neither completed nor aborted, by key and then by id. fauxqs has none. */
export const listUploads = ({ bucket, query }: S3Input, store: BucketStore): Reply => {
  const { prefix = '', 'key-marker': key = '', 'upload-id-marker': id = '' } = query;
  const most = mostOf(query['max-uploads'], 'maxUploads');
  const encoded = encodingOf(query['encoding-type']);
  const placeOf = (of: string, uploadId: string) => `${bytesOf(of)}\0${uploadId}`;
  // Without an id the marker is the key's last upload.
  const after = key === '' ? '' : placeOf(key, id === '' ? '~' : id);
  const all = [...store.multipartUploads]
    .filter(([, upload]) => upload.bucket === bucket && upload.key.startsWith(prefix))
    .map(([uploadId, upload]) => ({ ...upload, uploadId, place: placeOf(upload.key, uploadId) }))
    .filter(({ place }) => place > after)
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const page = all.slice(0, most);
  const last = all.length > page.length ? page.at(-1) : undefined;
  const uploads = page.map((upload) => {
    const tags: Tag[] = [
      ['Key', encoded(upload.key)],
      ['UploadId', upload.uploadId],
      ['StorageClass', 'STANDARD'],
      ['Initiated', upload.initiated.toISOString()],
    ];
    return `<Upload>${tags.map(element).join('')}</Upload>`;
  });
  const tags: Tag[] = [
    ['Bucket', bucket],
    ['EncodingType', query['encoding-type']],
    ['KeyMarker', encoded(key)],
    ['UploadIdMarker', id],
    ['Prefix', encoded(prefix)],
    ['MaxUploads', most],
    ['IsTruncated', last !== undefined],
    ['NextKeyMarker', last && encoded(last.key)],
    ['NextUploadIdMarker', last?.uploadId],
  ];
  return answer('ListMultipartUploadsResult', tags, uploads);
};

/** ListParts: what has come of an upload, by number. */
export const listParts = ({ bucket, key, query }: S3Input, store: BucketStore): Reply => {
  const { uploadId = '', 'part-number-marker': marker = '0' } = query;
  const most = mostOf(query['max-parts'], 'maxParts');
  const upload = store.multipartUploads.get(uploadId);
  if (!upload) throw new AwsError('NoSuchUpload', 'The specified multipart upload does not exist.', 404);
  const all = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > Number(marker))
    .toSorted((a, b) => a.partNumber - b.partNumber);
  const page = all.slice(0, most);
  const isTruncated = all.length > page.length;
  const parts = page.map(({ partNumber, etag, body, lastModified }) => {
    const tags: Tag[] = [
      ['PartNumber', partNumber],
      ['LastModified', lastModified.toISOString()],
      ['ETag', etag],
      ['Size', body.length],
    ];
    return `<Part>${tags.map(element).join('')}</Part>`;
  });
  const tags: Tag[] = [
    ['Bucket', bucket],
    ['Key', key],
    ['UploadId', uploadId],
    ['StorageClass', 'STANDARD'],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', isTruncated ? page.at(-1)?.partNumber : undefined],
    ['MaxParts', most],
    ['IsTruncated', isTruncated],
  ];
  return answer('ListPartsResult', tags, parts);
};
