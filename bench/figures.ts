import { isPoll, isPost, isRead, isWrite, total } from './calls.ts';
import { returnRate } from './latency.ts';
import type { Measured, Paced } from './load.ts';
import { percentile } from './percentile.ts';
import type { Figure } from './scenario.ts';

/** The function that appends, the one that is to make exactly one call. */
const append = 'append';

/** What a load at full speed tells: how fast it went, and what each action cost in calls. */
export const burstFigures = (section: string, measured: Measured, clients: number): readonly Figure[] => {
  const { actions, seconds, calls, messages } = measured;
  const perAction = (name: string, count: number, digits = 3): Figure => ({
    section,
    name: `${name} per action`,
    unit: '',
    value: count / actions,
    digits,
  });
  const own = (passes: typeof isRead) => total(calls, (call) => call.caller === append && passes(call));
  const polls = calls.filter(isPoll);
  return [
    { section, name: 'actions', unit: '', value: actions },
    { section, name: 'throughput', unit: 'actions/s', value: actions / seconds },
    perAction('posts', total(calls, isPost), 2),
    perAction('append path: writes', own(isWrite), 2),
    perAction('append path: reads', own(isRead), 2),
    ...calls
      .filter((call) => !isPoll(call))
      .map(({ caller, operation, count }) => perAction(`${caller} ${operation}`, count)),
    { section, name: 'messages received per client', unit: '', value: messages / clients, digits: 1 },
    ...polls.map(
      ({ caller, operation, count }): Figure => ({
        section,
        name: `mapping of ${caller}: ${operation}`,
        unit: 'calls',
        value: count,
      }),
    ),
  ];
};

/** A rate counts as held if actions came back at no less than this share of it. */
const heldShare = 0.95;

/** What a steady load tells: whether it was held, and how long an action took to come back. */
export const pacedFigures = (section: string, measured: Paced, clients: number): readonly Figure[] => {
  const { actions, offered, returns, calls, messages } = measured;
  const rate = returnRate(returns);
  const latencies = returns.map(({ ms }) => ms);
  return [
    { section, name: 'offered', unit: 'actions/s', value: offered },
    { section, name: 'came back', unit: 'actions/s', value: rate },
    { section, name: 'held', unit: '', value: rate >= offered * heldShare ? 'yes' : 'no' },
    { section, name: 'own cast, p50', unit: 'ms', value: percentile(latencies, 0.5) },
    { section, name: 'own cast, p99', unit: 'ms', value: percentile(latencies, 0.99) },
    {
      section,
      name: 'posts per action',
      unit: '',
      value: total(calls, isPost) / actions,
      digits: 2,
    },
    { section, name: 'messages received per client', unit: '', value: messages / clients, digits: 1 },
  ];
};

/** @param bytes resident memory of the runtime's process */
export const memoryFigure = (section: string, name: string, bytes: number): Figure => ({
  section,
  name,
  unit: 'MB',
  value: bytes / 1024 ** 2,
});
