import { AwsError } from '../aws.ts';
import type { S3Request } from './request.ts';

/** What can be asked about a bucket or an object beside its content, by the query that asks for it, and is not answered here. */
const otherSubjects = [
  ...['accelerate', 'acl', 'analytics', 'cors', 'encryption', 'intelligent-tiering', 'inventory', 'legal-hold'],
  ...['lifecycle', 'logging', 'metadataConfiguration', 'metrics', 'notification', 'object-lock'],
  ...['ownershipControls', 'policy', 'policyStatus', 'publicAccessBlock', 'renameObject', 'replication'],
  ...['requestPayment', 'restore', 'retention', 'select', 'tagging', 'torrent', 'versioning', 'versions', 'website'],
];

const onBucket = ({ method, query }: S3Request): string | undefined => {
  if (method === 'HEAD') return 'HeadBucket';
  if (method === 'POST' && 'delete' in query) return 'DeleteObjects';
  if (method !== 'GET') return undefined;
  if ('uploads' in query) return 'ListMultipartUploads';
  if ('location' in query) return 'GetBucketLocation';
  return query['list-type'] === '2' ? 'ListObjectsV2' : 'ListObjects';
};

const onObject = ({ method, query, headers }: S3Request): string | undefined => {
  const copies = headers['x-amz-copy-source'] !== undefined;
  const inUpload = 'uploadId' in query;
  switch (method) {
    case 'PUT':
      if (inUpload) return copies ? 'UploadPartCopy' : 'UploadPart';
      return copies ? 'CopyObject' : 'PutObject';
    case 'GET':
      if (inUpload) return 'ListParts';
      return 'attributes' in query ? 'GetObjectAttributes' : 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'DELETE':
      return inUpload ? 'AbortMultipartUpload' : 'DeleteObject';
    case 'POST':
      if ('uploads' in query) return 'CreateMultipartUpload';
      return inUpload ? 'CompleteMultipartUpload' : undefined;
    default:
      return undefined;
  }
};

/**
 * Which of S3's operations a request is: its REST API tells them apart by method, query and headers.
 * @throws AwsError NotImplemented (501) for one that is not run here: buckets and what is set on them come from the program.
 */
export const operationOf = (request: S3Request): string => {
  const { method, bucket, key, query } = request;
  const other = otherSubjects.find((subject) => subject in query);
  const find = () => {
    if (other !== undefined) return undefined;
    if (bucket === '') return method === 'GET' ? 'ListBuckets' : undefined;
    return key === '' ? onBucket(request) : onObject(request);
  };
  const operation = find();
  if (operation !== undefined) return operation;
  const what = `${method} ${key === '' ? 'on a bucket' : 'on an object'}${other === undefined ? '' : ` with ?${other}`}`;
  throw new AwsError('NotImplemented', `The local S3 does not answer ${what}: set up buckets in the program.`, 501);
};
