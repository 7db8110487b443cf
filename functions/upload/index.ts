import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createBuckets } from '../buckets.ts';
import { env } from '../env.ts';
import { admits, signedIn, userOf } from '../sign-in.ts';
import { uploadHandler } from './handler.ts';

// Otherwise the SDK signs the checksum of an empty body into the URL, and S3 refuses every other body.
const client = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });
const bucket = env('BUCKET');
const perHour = Number(env('UPLOADS_PER_HOUR'));

const room = env('ROOM');

export const handler = signedIn(
  uploadHandler({
    prefix: env('UPLOAD_PREFIX'),
    maxBytes: Number(env('UPLOAD_MAX_BYTES')),
    types: JSON.parse(env('UPLOAD_TYPES')) as string[],
    presign: ({ key, headers, size, expiresIn }) =>
      getSignedUrl(
        client,
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          ContentLength: size,
          ContentType: headers['content-type'],
          IfNoneMatch: headers['if-none-match'],
          ContentDisposition: headers['content-disposition'],
        }),
        // The client may send any value for a header that is not named here.
        { expiresIn, signableHeaders: new Set(['host', 'content-length', ...Object.keys(headers)]) },
      ),
    userOf,
    admits: (user) => admits(user, room),
    allowance: createBuckets({ perSecond: perHour / 3600, burst: perHour }, Date.now),
    newId: randomUUID,
    logger: new Logger(),
  }),
);
