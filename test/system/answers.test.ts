import { AwsError, type Layer, type RuntimeOptions } from 'pulumi-local';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PlainClient } from './client.ts';
import { impatientProject } from './project.ts';
import { startSystem } from './system.ts';
import { until } from './until.ts';
import { endsAt, wholeLog } from './whole.ts';

// Each test starts a system of its own: a limit for a machine that is busy with others.
vi.setConfig({ testTimeout: 60_000 });

type Faulty = (next: () => Promise<object>) => Promise<object>;

/** A system whose appends go through `fault`, which may be changed while it runs. */
const start = async (options: Partial<RuntimeOptions> = {}) => {
  const appends: { fault: Faulty } = { fault: (next) => next() };
  const layer: Layer = ({ caller, operation }, next) =>
    caller.kind === 'function' && caller.name === 'append' && operation === 'UpdateItem' ? appends.fault(next) : next();
  const system = await startSystem({ layers: [layer], ...options });
  onTestFinished(() => system.close());
  return { system, appends };
};

const lost = () => new AwsError('InternalServerError', 'The answer was lost.', 500);

const errors = ({ messages }: PlainClient): string[] => messages.filter((message) => message.includes('"error"'));

it('[F6] counts a click once whose answer was lost, and tells nobody', async () => {
  const { system, appends } = await start();
  const [ann, bob] = [await system.connect(), await system.connect()];
  let asked = 0;
  appends.fault = async (next) => {
    asked += 1;
    const answer = await next();
    if (asked % 2 === 1) throw lost();
    return answer;
  };
  for (let click = 1; click <= 3; click += 1) {
    ann.send({ action: 'plus' });
    await bob.shows(click);
  }
  const { events } = await endsAt(system, [ann, bob], 3);
  expect(events.map(({ retry, refused, first }) => ({ retry, refused, first }))).toEqual(
    [1, 3, 5].flatMap((first) => [{}, { retry: true, refused: 'duplicate', first: { seq: first } }]),
  );
  expect(system.calls('append')).toEqual({ UpdateItem: 6 });
  expect([...errors(ann), ...errors(bob)]).toEqual([]);
});

it('[A1] tries an append once more that never arrived, and counts it', async () => {
  const { system, appends } = await start();
  const [ann, bob] = [await system.connect(), await system.connect()];
  let asked = 0;
  appends.fault = async (next) => {
    asked += 1;
    if (asked % 2 === 1) throw lost();
    return next();
  };
  ann.send({ action: 'plus' });
  ann.send({ action: 'plus' });
  const { counted } = await endsAt(system, [ann, bob], 2);
  expect(counted).toHaveLength(2);
  expect(errors(ann)).toEqual([]);
});

it('[A1] tells the sender, and nobody else, when an append fails twice', async () => {
  const { system, appends } = await start();
  const [ann, bob] = [await system.connect(), await system.connect()];
  appends.fault = () => Promise.reject(lost());
  ann.send({ action: 'plus' });
  expect(await ann.error()).toBe('unavailable');
  expect(system.calls('append').UpdateItem).toBe(2);
  appends.fault = (next) => next();
  bob.send({ action: 'plus' });
  const { events } = await endsAt(system, [ann, bob], 1);
  expect(events).toHaveLength(1);
  expect(new Set(bob.messages).size).toBe(1);
});

it('answers for a function that was cut off by its time limit, and the next clicks go on', async () => {
  const { system, appends } = await start({ project: await impatientProject('append') });
  const [ann, bob] = [await system.connect(), await system.connect()];
  appends.fault = () => new Promise(() => {});
  ann.send({ action: 'plus' });
  await until('API Gateway answers', () => ann.last().message === 'Internal server error');
  expect(Object.keys(ann.last()).toSorted()).toEqual(['connectionId', 'message', 'requestId']);
  expect(bob.messages).toEqual([]);

  appends.fault = (next) => next();
  ann.send({ action: 'plus' });
  bob.send({ action: 'plus' });
  const { events } = await endsAt(system, [ann, bob], 2);
  expect(events).toHaveLength(2);
});

it('loses nothing and counts nothing twice while one call in twenty fails', async () => {
  const [count, each] = [10, 30];
  const { system } = await start({ chaos: 0.05 });
  /** `$connect` makes calls too: a handshake that is refused is tried again, as every client does. */
  const connect = async (): Promise<PlainClient> => system.connect().catch(connect);
  const clients = await Promise.all(Array.from({ length: count }, connect));
  for (let click = 0; click < each; click += 1) for (const client of clients) client.send({ action: 'plus' });

  const answered = () => system.runtime.statistics().functions.append?.invocations === count * each;
  await until('every click was handled', answered);
  const { value, counted, events } = await wholeLog(system);
  await Promise.all(clients.map((client) => client.shows(value, 30_000)));
  // Whoever was told that it could not be stored may find it stored all the same; nobody else may miss a click.
  const unavailable = system.logged.filter((line) => line.includes('could not append')).length;
  expect(value).toBeLessThanOrEqual(count * each);
  expect(value).toBeGreaterThanOrEqual(count * each - unavailable);
  expect(new Set(counted.map(({ id }) => id)).size).toBe(value);
  expect(events.some(({ refused }) => refused === 'duplicate')).toBe(true);
});
