import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Graph, InvokeResult, Resource } from '../../aws.ts';
import { rateMs, schedulesOf, startSchedules } from '../../schedules/schedules.ts';

const resource = (type: string, name: string, inputs: object, outputs: object = {}): Resource => ({
  type,
  name,
  urn: name,
  inputs: { ...inputs },
  outputs: { id: name, name, ...outputs },
  dependencies: [],
});
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:tidy';
const ruleArn = 'arn:aws:events:us-east-1:000000000000:rule/often';
const rule = { scheduleExpression: 'rate(5 minutes)' };
const target = { rule: 'often', arn: functionArn };
const permission = {
  action: 'lambda:InvokeFunction',
  function: 'tidy',
  principal: 'events.amazonaws.com',
  sourceArn: ruleArn,
};

const graphOf = (change: { rule?: object; target?: object; permission?: object } = {}): Graph => ({
  port: 1,
  outputs: {},
  resources: [
    resource('aws:lambda/function:Function', 'tidy', {}, { arn: functionArn, version: '1' }),
    resource('aws:cloudwatch/eventRule:EventRule', 'often', { ...rule, ...change.rule }, { arn: ruleArn }),
    resource('aws:cloudwatch/eventTarget:EventTarget', 'to', { ...target, ...change.target }),
    resource('aws:lambda/permission:Permission', 'may', { ...permission, ...change.permission }),
  ],
});

it.each([
  ['rate(1 minute)', 60_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(30 days)', 2_592_000_000],
  ['rate(1 minutes)', undefined],
  ['rate(5 minute)', undefined],
  ['rate(0 days)', undefined],
  ['cron(0 20 * * ? *)', undefined],
])('%s is every %s ms', (expression, ms) => {
  expect(rateMs(expression)).toBe(ms);
});

it.each([
  ['another rule', { target: { rule: 'seldom' } }, 'its rule, seldom, is no rule of the program'],
  [
    'a pattern',
    { rule: { scheduleExpression: null, eventPattern: '{}' } },
    'with a rate, such as rate(1 day), not patterns',
  ],
  ['a cron', { rule: { scheduleExpression: 'cron(0 20 * * ? *)' } }, 'not cron(0 20 * * ? *)'],
  ['another function', { target: { arn: 'arn:aws:sqs:us-east-1:1:q' } }, 'is no function of the program'],
  ['an input', { target: { input: '{}' } }, 'no input of its own'],
  ['no permission', { permission: { principal: 's3.amazonaws.com' } }, 'lets events.amazonaws.com invoke'],
])('refuses %s in a sentence', (_, change, why) => {
  expect(() => schedulesOf(graphOf(change))).toThrow(why);
});

describe('a rule', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const start = (answers: readonly InvokeResult[], change?: Parameters<typeof graphOf>[0]) => {
    const [left, said, events] = [[...answers], [] as string[], [] as unknown[]];
    const schedules = startSchedules({
      graph: graphOf(change),
      invoke: async (_, event) => {
        events.push(event);
        return left.shift() ?? { ok: true, value: null };
      },
      retryMs: [1000, 2000],
      say: (line) => said.push(line),
    });
    return { schedules, said, events };
  };
  const failed = { ok: false, errorType: 'Error', errorMessage: 'no' } as const;

  it('invokes its function again and again, the first time when a period is over, until it is closed', async () => {
    const { schedules, events } = start([]);
    await vi.advanceTimersByTimeAsync(299_999);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toMatchObject([{ 'detail-type': 'Scheduled Event', source: 'aws.events', resources: [ruleArn] }]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(events).toHaveLength(2);
    schedules.close();
    await vi.advanceTimersByTimeAsync(3_000_000);
    expect(events).toHaveLength(2);
  });

  it('tries twice more when it fails, and then says so', async () => {
    const { schedules, events, said } = start([failed, failed, failed]);
    await vi.advanceTimersByTimeAsync(304_000);
    expect(events).toHaveLength(3);
    expect(said).toEqual([`Gave up invoking ${functionArn} by the schedule "often": Error: no`]);
    schedules.close();
  });

  it('may be longer than a timer takes', async () => {
    const { schedules, events } = start([], { rule: { scheduleExpression: 'rate(30 days)' } });
    await vi.advanceTimersByTimeAsync(2_591_999_999);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toHaveLength(1);
    schedules.close();
  });
});
