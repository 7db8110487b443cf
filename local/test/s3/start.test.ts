import { expect, it } from 'vitest';
import { program, startS3 } from './system.ts';

const cut = (from: string, to: string, into = '') => {
  expect(program).toContain(from);
  return program.replace(from, to).concat(into);
};

it('says which rules would let objects expire on AWS', async () => {
  const system = await startS3(
    program.concat(`
new aws.s3.BucketLifecycleConfiguration('photos', {
  bucket: photos.bucket,
  rules: [
    { id: 'old', status: 'Enabled', filter: { prefix: 'uploads/' }, expiration: { days: 30 } },
    { id: 'paused', status: 'Disabled', expiration: { days: 1 } },
    { id: 'parts', status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
  ],
});
`),
  );
  await system.close();
  expect(system.said.filter((line) => line.includes('expires'))).toEqual([
    'Nothing expires here: the rule “old” of the bucket photos is left alone.',
  ]);
});

it.each([
  ["principal: 's3.amazonaws.com'", "principal: 'apigateway.amazonaws.com'"],
  ['sourceArn: photos.arn', "sourceArn: 'arn:aws:s3:::another'"],
])('does not start when the function does not let the bucket invoke it: %s', async (from, to) => {
  await expect(startS3(cut(from, to))).rejects.toThrow(
    'The bucket photos cannot notify arn:aws:lambda:us-east-1:000000000000:function:teller: give the function an aws.lambda.Permission for s3.amazonaws.com with the sourceArn arn:aws:s3:::photos.',
  );
});

it.each([
  ["new aws.s3.Bucket('photos')", "new aws.s3.Bucket('Photos')", 'The bucket Photos cannot be called “Photos”'],
  [
    "new aws.s3.Bucket('photos')",
    "new aws.s3.Bucket('photos', { website: { indexDocument: 'index.html' } })",
    'The bucket photos cannot run here: its input "website"',
  ],
  [
    "events: ['s3:ObjectCreated:Put']",
    "events: ['s3:ObjectRestore:Post']",
    'BucketNotification “photos” cannot be read',
  ],
  ['bucket: photos.bucket,\n  lambda', "bucket: 'gone',\n  lambda", 'names no bucket of this program'],
])('does not start with what AWS would refuse or does not run here: %s → %s', async (from, to, message) => {
  await expect(startS3(cut(from, to))).rejects.toThrow(message);
});
