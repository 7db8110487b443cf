import { Metrics } from '@aws-lambda-powertools/metrics';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createCountRefused, createMeasures } from '../../functions/metrics.ts';
import { tablesOfFile } from '../store/tables.ts';
import { coldFold, plus } from './cold-fold.ts';
import { coldSend, state } from './cold-send.ts';

const tables = await tablesOfFile();

/** What is written to the log. Powertools has a console of its own. */
const written = () => {
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => output.mockRestore());
  return () => output.mock.calls.map(([line]) => JSON.parse(String(line)));
};
const metrics = () => new Metrics({ namespace: 'foldcast', serviceName: 'foldcast-test-send' });

it('writes what was measured as one line that CloudWatch makes metrics of, with every value of one', () => {
  const lines = written();
  const measures = createMeasures(metrics());
  measures.publish();
  expect(lines()).toEqual([]);
  measures.add('Posts', 3);
  measures.add('DeliveredMs', 40);
  measures.add('DeliveredMs', 70);
  measures.publish();
  expect(lines()).toEqual([
    expect.objectContaining({ service: 'foldcast-test-send', Posts: 3, DeliveredMs: [40, 70] }),
  ]);
  const [{ Namespace, Dimensions }] = lines()[0]._aws.CloudWatchMetrics;
  expect([Namespace, Dimensions]).toEqual(['foldcast', [['service']]]);
});

it('counts refusals by their reason', () => {
  const lines = written();
  createCountRefused(metrics())('stale', 2);
  expect(lines()).toEqual([expect.objectContaining({ service: 'foldcast-test-send', reason: 'stale', Refused: 2 })]);
});

it('measures what a batch came to: its records, events, pages, refusals, faults, and how long they waited', async () => {
  const { fold, measured, refused, clock } = coldFold(tables);
  clock.now = 5_000;
  await fold(
    plus('counter/measured', 1, { at: 4_000, appended: 4_900 }),
    plus('counter/measured', 2, { id: 'id-1', at: 4_950 }),
  );
  expect(measured).toEqual([
    ['BatchSize', 2],
    ['Folded', 2],
    ['Pages', 1],
    ['CommittedMs', 100],
  ]);
  expect(refused).toEqual([['duplicate', 1]]);
  // Delivered once more, it is no news.
  await fold(plus('counter/measured', 1));
  expect(measured.slice(4)).toEqual([['BatchSize', 1]]);
});

it('measures what a batch of deliveries came to: posts, what was merged, who is gone or too slow, and how late it was', async () => {
  const late = { ...state(2, 'ann', 'bob', 'cid'), appended: Date.now() - 1000 };
  const { send, measured } = coldSend(tables, {
    posts: { bob: [{ outcome: 'gone' }], cid: Array.from({ length: 100 }, () => ({ outcome: 'busy', cause: '' })) },
  });
  await send(state(1, 'ann', 'bob', 'cid'), late);
  const [delivered] = measured.filter(([metric]) => metric === 'DeliveredMs');
  expect(measured.filter(([metric]) => metric !== 'DeliveredMs')).toEqual([
    ['Posts', 1],
    ['Merged', 3],
    ['ClosedSlow', 1],
    ['Gone', 1],
  ]);
  expect(delivered?.[1]).toBeGreaterThanOrEqual(1000);
});
