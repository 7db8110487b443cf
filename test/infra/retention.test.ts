import * as pulumi from '@pulumi/pulumi';
import { expect, it } from 'vitest';
import { Files } from '../../infra/files.ts';

/** The rules of a bucket whose uploads are kept so many days. */
const rulesFor = async (
  retentionDays: number | undefined,
  protect = false,
): Promise<readonly { readonly id: string }[]> => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => {
        registered.push(resource);
        return { id: resource.name, state: resource.inputs };
      },
      call: () => ({}),
    },
    'foldcast',
    'dev',
  );
  new Files('uploads', { protect, retentionDays });
  await pulumi.runtime.disconnect();
  return registered.find(({ type }) => type.includes('BucketLifecycleConfiguration'))?.inputs.rules;
};

const leftovers = {
  id: 'abort-incomplete-uploads',
  status: 'Enabled',
  filter: { prefix: '' },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

it('keeps files for ever, and parts of uploads that were never completed for a week, if nothing is said', async () => {
  expect(await rulesFor(undefined)).toEqual([leftovers]);
});

it('removes what clients uploaded after the days that are said, and nothing else', async () => {
  const expire = { id: 'expire-uploads', status: 'Enabled', filter: { prefix: 'uploads/' }, expiration: { days: 90 } };
  expect(await rulesFor(90)).toEqual([leftovers, expire]);
});

it('lets old versions go after a month, in a bucket that is protected and so has some', async () => {
  expect(await rulesFor(undefined, true)).toEqual([
    leftovers,
    {
      id: 'expire-noncurrent-versions',
      status: 'Enabled',
      filter: { prefix: '' },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
      expiration: { expiredObjectDeleteMarker: true },
    },
  ]);
});
