import { AwsError } from 'pulumi-local';
import { describe, expect, it } from 'vitest';
import { address, type Delivery, merge } from '../../domain/delivery.ts';
import type { Queued } from '../../store/deliveries.ts';
import { tablesOfFile } from './tables.ts';

const tables = await tablesOfFile();

const direct = (...texts: readonly string[]): Delivery => ({
  type: 'direct',
  ...address(new Map([['c', { texts }]])),
});

let made = 0;
const queued = (delivery: Delivery, more: Partial<Queued> = {}): Queued => {
  made += 1;
  return { group: 'counter/a#0', name: `delivery-${made}`, delivery, ...more };
};

const textsOf = (deliveries: readonly Delivery[]) => deliveries.flatMap(({ texts }) => texts);

describe('deliveries', () => {
  it('queues any number of messages, large ones in batches that SQS takes, and keeps the order of a group', async () => {
    const texts = Array.from({ length: 23 }, (_, index) => `${index} `.padEnd(200 * 1024, 'x'));
    await tables.deliveries.queue(texts.map((text) => queued(direct(text))));
    expect(textsOf(await tables.queued())).toEqual(texts);
  });

  it('queues once what comes again under the same name', async () => {
    const again = queued(direct('once'));
    await tables.deliveries.queue([again]);
    await tables.deliveries.queue([again, queued(direct('other'))]);
    expect(textsOf(await tables.queued())).toEqual(['once', 'other']);
  });

  it.each([
    ['letters', 'x'],
    ['quotes, which take twice their bytes in JSON', '"'],
    ['emoji', '\u{1F375}'],
    ['what SQS does not take', '\uFFFF'],
  ])('cuts what is too large for a message, and loses nothing: %s', async (_, unit) => {
    const texts = Array.from({ length: 60 }, (_, index) => `${index} ${unit.repeat(8 * 1024)}`);
    const ofAll = new Map(['ann', 'bob', 'cid'].map((id) => [id, { texts: texts.map((text) => `${id} ${text}`) }]));
    await tables.deliveries.queue([queued({ type: 'direct', ...address(ofAll) })]);
    const merged = merge(await tables.queued());
    for (const [id, { texts: own }] of ofAll) expect(merged.get(id)?.texts).toEqual(own);
  });

  it('cuts what asks for more posts than a sender makes in time', async () => {
    const texts = Array.from({ length: 150 }, (_, index) => `text ${index}`);
    const ofAll = new Map(Array.from({ length: 100 }, (_, index) => [`${index}`, { texts }]));
    await tables.deliveries.queue([queued({ type: 'direct', ...address(ofAll) })]);
    const deliveries = await tables.queued();
    for (const { to } of deliveries)
      expect(to.reduce((sum, part) => sum + part.texts.length * part.connections.length, 0)).toBeLessThanOrEqual(2000);
    const merged = merge(deliveries);
    expect(merged.size).toBe(100);
    for (const { texts: own } of merged.values()) expect(own).toEqual(texts);
  });

  it('encodes no more messages than the next call takes', async () => {
    let encoded = 0;
    const counted = Array.from({ length: 30 }, (_, index) =>
      queued(direct('x'), {
        group: `${index}`,
        get delivery() {
          encoded += 1;
          return direct('x');
        },
      }),
    );
    encoded = 0;
    const soFar: number[] = [];
    tables.through(() => {
      soFar.push(encoded);
      return Promise.resolve({ Successful: [] });
    });
    await tables.deliveries.queue(
      (function* () {
        for (const each of counted) {
          encoded += 1;
          yield each;
        }
      })(),
    );
    const [first = 0, second = 0, third = 0] = soFar;
    expect(soFar).toHaveLength(3);
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(third);
  });

  it('gives back every character, also those that SQS does not take', async () => {
    const delivery = direct('\u0000 \uD800 \uFFFE \uFFFF \u{1F375} \u{10FFFF} é');
    await tables.deliveries.queue([queued(delivery)]);
    expect(await tables.queued()).toEqual([delivery]);
  });

  it('rejects when SQS takes only some', async () => {
    tables.through(async (_, next) => ({ ...(await next()), Failed: [{ Id: '0', Message: 'busy' }] }));
    await expect(tables.deliveries.queue([queued(direct('x'))])).rejects.toThrow(
      'SQS did not take 1 of 1 deliveries: busy.',
    );
  });

  it('calls nobody for no messages', async () => {
    tables.through(() => Promise.reject(new AwsError('Unexpected', 'There was a call.')));
    await expect(tables.deliveries.queue([])).resolves.toBeUndefined();
  });
});
