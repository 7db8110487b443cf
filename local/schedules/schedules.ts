import { randomUUID } from 'node:crypto';
import { account, type Graph, type Invoke, type Resource, region, resourcesOf, type Say } from '../aws.ts';
import { mayInvoke } from '../gateway/permission.ts';
import { targetOf } from '../lambda/targets.ts';

export interface SchedulesOptions {
  readonly graph: Graph;
  readonly invoke: Invoke;
  /** Milliseconds before each further try when a function failed: nobody waits for it, so Lambda makes two. */
  readonly retryMs: readonly number[];
  readonly say: Say;
}

/** A rule's function, and how often it is invoked. */
export interface Schedule {
  readonly rule: Resource;
  readonly functionArn: string;
  readonly everyMs: number;
}

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Milliseconds of `rate(5 minutes)`; `undefined` for what is no rate.
 * Source: EventBridge User Guide, "Setting a schedule pattern for scheduled rules (legacy)": a singular unit for 1, a plural for more.
 */
export const rateMs = (expression: string): number | undefined => {
  const [, count = '', unit = '', plural = ''] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const each = units[unit];
  return each !== undefined && (Number(count) === 1) === (plural === '') ? Number(count) * each : undefined;
};

/** Throws one sentence for a rule or a target that can't run here. */
export const schedulesOf = (graph: Graph): readonly Schedule[] =>
  resourcesOf(graph, 'aws:cloudwatch/eventTarget:EventTarget').map((target): Schedule => {
    const refuse = (why: string): never => {
      throw new Error(`EventBridge target "${target.name}" cannot run here: ${why}.`);
    };
    const { rule: named, arn, input } = target.inputs;
    const rule = resourcesOf(graph, 'aws:cloudwatch/eventRule:EventRule').find(
      ({ outputs }) => outputs.name === named || outputs.id === named,
    );
    if (rule === undefined) return refuse(`its rule, ${named}, is no rule of the program`);
    const { scheduleExpression } = rule.inputs;
    const everyMs = typeof scheduleExpression === 'string' ? rateMs(scheduleExpression) : undefined;
    if (everyMs === undefined)
      return refuse(`of rules it runs those with a rate, such as rate(1 day), not ${scheduleExpression ?? 'patterns'}`);
    const functionArn = String(arn);
    if (targetOf(graph, functionArn) === undefined) return refuse(`${functionArn} is no function of the program`);
    if (input != null) return refuse('it is told the scheduled event, and no input of its own');
    if (!mayInvoke(graph, functionArn, String(rule.outputs.arn), 'events.amazonaws.com'))
      return refuse(`no aws.lambda.Permission lets events.amazonaws.com invoke ${functionArn} for ${rule.outputs.arn}`);
    return { rule, functionArn, everyMs };
  });

const scheduledEvent = (rule: Resource) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: new Date().toISOString().replace(/\.\d+/, ''),
  region,
  resources: [rule.outputs.arn],
  detail: {},
});

/** The longest that a timer takes, in milliseconds: some 24 days. A rate may be longer. */
const longestTimer = 2 ** 31 - 1;

/** Invokes functions at the rates of their rules, for the first time when a whole period is over, as on AWS. */
export const startSchedules = ({ graph, invoke, retryMs, say }: SchedulesOptions): { close(): void } => {
  const timers = new Map<Schedule, ReturnType<typeof setTimeout>>();
  let closed = false;

  const wait = (schedule: Schedule, ms: number, then: () => void): void => {
    if (closed) return;
    const step = Math.min(ms, longestTimer);
    const next = () => (ms > step ? wait(schedule, ms - step, then) : then());
    timers.set(schedule, setTimeout(next, step).unref());
  };

  const run = async (schedule: Schedule): Promise<void> => {
    const event = scheduledEvent(schedule.rule);
    let failure = '';
    for (const pause of [0, ...retryMs]) {
      if (pause > 0) await new Promise<void>((done) => setTimeout(done, pause).unref());
      if (closed) return;
      const result = await invoke(schedule.functionArn, event).catch((cause: unknown) => String(cause));
      if (typeof result !== 'string' && result.ok) return;
      failure = typeof result === 'string' ? result : `${result.errorType}: ${result.errorMessage}`;
    }
    say(`Gave up invoking ${schedule.functionArn} by the schedule "${schedule.rule.name}": ${failure}`);
  };

  const begin = (schedule: Schedule): void =>
    wait(schedule, schedule.everyMs, () => {
      void run(schedule);
      begin(schedule);
    });
  for (const schedule of schedulesOf(graph)) begin(schedule);

  return {
    close: () => {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
};
