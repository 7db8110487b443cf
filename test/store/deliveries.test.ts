import { AwsError } from 'pulumi-local';
import { describe, expect, it } from 'vitest';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();

describe('deliveries', () => {
  const delivery = {
    room: 'counter/a',
    cast: 'state' as const,
    version: 1,
    groups: [{ payloads: ['x'], connections: ['c'] }],
  };

  it('queues any number of messages, and large ones in batches that SQS takes', async () => {
    const large = 'x'.repeat(200 * 1024);
    await tables.deliveries.queue(
      Array.from({ length: 23 }, (_, version) => ({
        ...delivery,
        version,
        groups: [{ payloads: [large], connections: ['c'] }],
      })),
    );
    const versions = (await tables.queued()).map((message) => ('recast' in message ? -1 : message.version));
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, version) => version));
  });

  it('encodes no more messages than the next call takes', async () => {
    let encoded = 0;
    const counted = Array.from({ length: 30 }, () => ({
      ...delivery,
      get groups() {
        encoded += 1;
        return delivery.groups;
      },
    }));
    const soFar: number[] = [];
    tables.through(() => {
      soFar.push(encoded);
      return Promise.resolve({ Successful: [] });
    });
    await tables.deliveries.queue(counted);
    const [first = 0, second = 0, third = 0] = soFar;
    expect(soFar).toHaveLength(3);
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(third);
  });

  it('gives back every character, also those that SQS does not take', async () => {
    const groups = [{ payloads: ['\u0000 \uD800 \uFFFE \uFFFF \u{1F375} \u{10FFFF} é'], connections: ['c'] }];
    await tables.deliveries.queue([{ ...delivery, groups }]);
    expect(await tables.queued()).toEqual([{ ...delivery, groups }]);
  });

  it('rejects when SQS takes only some', async () => {
    tables.through(async (_, next) => ({ ...(await next()), Failed: [{ Id: '0', Message: 'busy' }] }));
    await expect(tables.deliveries.queue([delivery])).rejects.toThrow('SQS did not take 1 of 1 deliveries: busy.');
  });

  it('calls nobody for no messages', async () => {
    tables.through(() => Promise.reject(new AwsError('Unexpected', 'There was a call.')));
    await tables.deliveries.queue([]);
  });
});
