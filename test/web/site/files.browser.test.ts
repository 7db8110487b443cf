import { DeleteObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { withSite } from './visits.ts';

const site = withSite();

it('a file that is chosen goes to the bucket with its progress, and everybody hears of it, and that it went', async () => {
  const [ann, bob] = [await site.visit('files', 'ann'), await site.visit('files', 'bob')];
  const objects = () => bob.page.locator('.objects strong').allTextContents();
  await expect.poll(() => bob.page.locator('.objects').textContent()).toBe('There are no files yet.');
  const input = ann.page.locator('input[type=file]');
  await input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Tea at five.') });
  await expect.poll(objects).toEqual(['notes.txt']);
  expect(await bob.page.locator('.objects li').textContent()).toContain('12 B');
  await expect.poll(() => ann.page.locator('.going').count()).toBe(0);

  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint: site.origin(), region: 'eu-central-1', forcePathStyle: true, credentials });
  const { Buckets: [bucket] = [] } = await s3.send(new ListBucketsCommand());
  const { Contents: [object] = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket?.Name }));
  await s3.send(new DeleteObjectCommand({ Bucket: bucket?.Name, Key: object?.Key }));
  await expect.poll(objects).toEqual([]);
});

it('a file that can not be put there is said in words, and is on its way no longer', async () => {
  const ann = await site.visit('files', 'ann');
  await ann.page.route('**', (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()));
  const input = ann.page.locator('input[type=file]');
  await input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Tea at five.') });
  await expect
    .poll(ann.note)
    .toMatch(/^notes\.txt was not uploaded\. The file could not be put there: the network is down/);
  expect(await ann.page.locator('.going').count()).toBe(0);
});
