import { describe, expect, it } from 'vitest';
import type { AwsError, Call, Caller, Service } from '../../aws.ts';
import { createChaos } from '../../door/chaos.ts';
import { createCount } from '../../door/count.ts';
import { createDoor, type Layer } from '../../door/door.ts';
import { awsLatency } from '../../door/latency.ts';

const fold: Caller = { kind: 'function', name: 'fold', role: 'arn:aws:iam::000000000000:role/fold' };
const operator: Caller = { kind: 'operator' };

const call = (change: Partial<Call> = {}): Call => ({
  caller: fold,
  service: 'dynamodb',
  operation: 'GetItem',
  input: {},
  ...change,
});

describe('a door', () => {
  it('takes a call through its layers in order, and the answer back', async () => {
    const passed: string[] = [];
    const layer =
      (name: string): Layer =>
      async (_, next) => {
        passed.push(`${name} in`);
        const answer = await next();
        passed.push(`${name} out`);
        return answer;
      };
    const engine = async (operation: string, input: object) => ({ operation, input });
    const dispatch = createDoor({ dynamodb: engine }, [layer('outer'), layer('inner')]);
    expect(await dispatch(call({ input: { Key: 1 } }))).toEqual({ operation: 'GetItem', input: { Key: 1 } });
    expect(passed).toEqual(['outer in', 'inner in', 'inner out', 'outer out']);
  });

  it('lets a layer answer in the place of an engine', async () => {
    const dispatch = createDoor({}, [async () => ({ from: 'layer' })]);
    expect(await dispatch(call())).toEqual({ from: 'layer' });
  });

  it('says which service it has no engine for', async () => {
    await expect(createDoor({}, [])(call({ service: 's3', operation: 'PutObject' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      status: 404,
      message: 'Nothing here answers s3 PutObject.',
    });
  });
});

it('counts calls by caller and operation, failed ones too', async () => {
  const { layer, counts } = createCount();
  const engine = (operation: string) => (operation === 'Query' ? Promise.reject(new Error('no')) : Promise.resolve({}));
  const dispatch = createDoor({ dynamodb: engine }, [layer]);
  await dispatch(call());
  await dispatch(call());
  await dispatch(call({ operation: 'Query' })).catch(() => {});
  await dispatch(call({ caller: operator }));
  expect(counts()).toEqual({ fold: { GetItem: 2, Query: 1 }, operator: { GetItem: 1 } });
});

describe('chaos', () => {
  /** Chances that come out as said, in turn; false when all are used up. */
  const chances = (...outcomes: boolean[]) => {
    const asked: number[] = [];
    const chance = (probability: number) => {
      asked.push(probability);
      return outcomes.shift() ?? false;
    };
    return { asked, chance };
  };
  const through = async (outcomes: boolean[], change: Partial<Call> = {}) => {
    const { asked, chance } = chances(...outcomes);
    let ran = 0;
    const layer = createChaos({ rate: 0.05, chance });
    const next = async () => {
      ran += 1;
      return { fine: true };
    };
    const answer = await layer(call(change), next).catch((error: AwsError) => ({
      name: error.name,
      status: error.status,
    }));
    return { answer, ran, asked };
  };

  it('leaves the share of calls alone that it is told to', async () => {
    expect(await through([false])).toEqual({ answer: { fine: true }, ran: 1, asked: [0.05] });
  });

  it('leaves the person at this machine alone', async () => {
    expect(await through([true, true], { caller: operator })).toEqual({ answer: { fine: true }, ran: 1, asked: [] });
  });

  it.each<[Service, string, number]>([
    ['dynamodb', 'ThrottlingException', 400],
    ['sqs', 'RequestThrottled', 403],
    ['s3', 'SlowDown', 503],
    ['execute-api', 'LimitExceededException', 429],
  ])('throttles a call of %s as AWS does, without effect', async (service, name, status) => {
    expect(await through([true, true], { service })).toMatchObject({ answer: { name, status }, ran: 0 });
  });

  it('loses the answer of a call that took effect', async () => {
    const answer = { name: 'InternalServerError', status: 500 };
    expect(await through([true, false])).toMatchObject({ answer, ran: 1 });
  });

  it('never loses messages on their way from a queue: they would be hidden for minutes', async () => {
    const received = await through([true, false], { service: 'sqs', operation: 'ReceiveMessage' });
    expect(received).toMatchObject({ answer: { name: 'RequestThrottled' }, ran: 0 });
  });
});

describe('latency', () => {
  const order = async (operation: string): Promise<string[]> => {
    const events: string[] = [];
    const through = awsLatency(call({ service: 'sqs', operation }), async () => {
      events.push('call');
      return {};
    });
    await new Promise((resolve) => setImmediate(resolve));
    events.push('other work');
    await through;
    return events;
  };

  it('holds a call up while other work goes on', async () => {
    expect(await order('SendMessage')).toEqual(['other work', 'call']);
  });

  it('adds nothing to a long poll, which waits anyway', async () => {
    expect(await order('ReceiveMessage')).toEqual(['call', 'other work']);
  });
});
