import { describe, expect, it, vi } from 'vitest';
import { lambda } from './folders.ts';
import { answerOf, counting, run } from './running.ts';

describe('an environment that is over is replaced', () => {
  it.each([
    ['busy', 'for (;;);'],
    ['waiting', 'await new Promise(() => {});'],
  ])('after a timeout, %s', async (_, body) => {
    const code = `let count = 0; export const handler = async (hang) => { count++; if (hang) { ${body} } return count; };`;
    const { invoke } = run([lambda('slow', code, { timeout: 1 })]);
    expect(answerOf(await invoke('slow', false))).toBe(1);
    expect(await invoke('slow', true)).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
    });
    expect(answerOf(await invoke('slow', false))).toBe(1);
  });

  it('after it ran out of memory', async () => {
    const code = `let count = 0; export const handler = async (fill) => {
      const held = []; while (fill) held.push(new Array(10_000).fill(held.length)); return ++count;
    };`;
    const { invoke } = run([lambda('hungry', code, { timeout: 15 })]);
    expect(await invoke('hungry', true)).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
    expect(answerOf(await invoke('hungry', false))).toBe(1);
  });

  it.each([
    ['Runtime.ExitError', 'process.exit(3);', /exit status 3$/],
    ['Runtime.ExitError', 'process.exit(0);', /without providing a reason$/],
    ['RangeError', "setImmediate(() => { throw new RangeError('later'); });", /^later$/],
    ['Runtime.UnhandledPromiseRejection', "Promise.reject(new Error('lost'));", /^Error: lost$/],
  ])('after %s: %s', async (errorType, body, message) => {
    const code = `let count = 0; export const handler = async (end) => {
      count++; if (end) { ${body} await new Promise(() => {}); } return count;
    };`;
    const { invoke } = run([lambda('ends', code)]);
    expect(await invoke('ends', true)).toMatchObject({ errorType, errorMessage: expect.stringMatching(message) });
    expect(answerOf(await invoke('ends', false))).toBe(1);
  });

  it('after it ended between two invocations', async () => {
    const code = `let count = 0; export const handler = async (end) => {
      if (end) setImmediate(() => process.exit(1)); return ++count;
    };`;
    const functions = run([lambda('leaves', code)]);
    expect(answerOf(await functions.invoke('leaves', true))).toBe(1);
    await vi.waitFor(
      async () => expect(await functions.invoke('leaves', false)).toEqual({ ok: true, value: 1 }),
      30_000,
    );
  });
});

describe('what waits for an environment', () => {
  const code = 'export const handler = async (event) => { if (event.forever) await new Promise(() => {}); return 1; };';
  const throttled = { name: 'TooManyRequestsException', status: 429 };
  const busy = (queue: { invocations: number; bytes: number }) => {
    const functions = run([lambda('busy', code, { timeout: 900 })], { environments: 1, queue });
    return { ...functions, begin: (event: object) => functions.invoke('busy', event).catch(() => {}) };
  };
  const running = async ({ begin, stats, warm }: ReturnType<typeof busy>) => {
    await warm(['busy']);
    void begin({ forever: true });
    expect(stats().busy?.throttles).toBe(0);
  };

  it('is so many invocations at most: more are throttled', async () => {
    const functions = busy({ invocations: 3, bytes: 1000 });
    await running(functions);
    for (let count = 0; count < 3; count++) void functions.begin({});
    await expect(functions.invoke('busy', {})).rejects.toMatchObject(throttled);
    expect(functions.stats().busy?.throttles).toBe(1);
  });

  it('is so many bytes of events at most: a large one is throttled where a small one is not', async () => {
    const functions = busy({ invocations: 100, bytes: 1000 });
    await running(functions);
    void functions.begin({ text: 'x'.repeat(900) });
    await expect(functions.invoke('busy', { text: 'x'.repeat(100) })).rejects.toMatchObject(throttled);
    void functions.begin({});
    expect(functions.stats().busy?.throttles).toBe(1);
  });

  it('counts what has run no more', async () => {
    const { invoke, stats } = run([lambda('busy', code)], { environments: 1, queue: { invocations: 2, bytes: 1000 } });
    for (let count = 0; count < 5; count++)
      await Promise.all([invoke('busy', { text: 'x'.repeat(400) }), invoke('busy', { text: 'x'.repeat(400) })]);
    expect(stats().busy).toMatchObject({ invocations: 10, throttles: 0 });
  });
});

describe('concurrency', () => {
  it('reuses a warm environment', async () => {
    const { invoke, stats } = run([lambda('warm', counting)]);
    for (const expected of [1, 2, 3]) expect(answerOf(await invoke('warm', {}))).toBe(expected);
    expect(stats().warm).toMatchObject({ invocations: 3, errors: 0, coldStarts: 1, initMs: [expect.any(Number)] });
    expect(stats().warm?.durationsMs).toHaveLength(3);
  });

  it('starts environments up to the cap, and runs one invocation at a time in each', async () => {
    const code = `let busy = 0; export const handler = async (ms) => {
      if (++busy > 1) throw new Error('two at once');
      await new Promise((done) => setTimeout(done, ms)); busy--;
    };`;
    const { invoke, stats } = run([lambda('burst', code)], { environments: 2 });
    await vi.waitFor(async () => {
      await Promise.all(Array.from({ length: 6 }, () => invoke('burst', 100)));
      expect(stats().burst?.coldStarts).toBeGreaterThanOrEqual(2);
    }, 30_000);
    await Promise.all(Array.from({ length: 20 }, async () => answerOf(await invoke('burst', 1))));
    expect(stats().burst).toMatchObject({ errors: 0, coldStarts: 2 });
  });

  it('runs what is beyond the cap in order', async () => {
    const { invoke } = run([lambda('queue', 'export const handler = async () => {};')], { environments: 1 });
    const order: number[] = [];
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    await Promise.all(
      numbers.map(async (n) => {
        answerOf(await invoke('queue', n));
        order.push(n);
      }),
    );
    expect(order).toEqual(numbers);
  });

  it('throttles what is over the reserved concurrency', async () => {
    const code = 'export const handler = () => new Promise((done) => setTimeout(done, 50));';
    const { invoke, stats } = run([
      lambda('one', code, { reservedConcurrentExecutions: 1 }),
      lambda('none', code, { reservedConcurrentExecutions: 0 }),
    ]);
    const throttled = { name: 'TooManyRequestsException', status: 429 };
    const first = invoke('one', {});
    await expect(invoke('one', {})).rejects.toMatchObject(throttled);
    expect(await first).toEqual({ ok: true, value: null });
    expect(await invoke('one', {})).toEqual({ ok: true, value: null });
    await expect(invoke('none', {})).rejects.toMatchObject(throttled);
    expect(stats().one).toMatchObject({ invocations: 2, throttles: 1 });
  });

  it('needs no cold start after warm()', async () => {
    const functions = run([lambda('early', counting), lambda('broken', 'throw new Error("no")')]);
    await functions.warm(['early', 'broken']);
    expect(answerOf(await functions.invoke('early', {}))).toBe(1);
    expect(functions.stats().early?.coldStarts).toBe(1);
    expect(await functions.invoke('broken', {})).toMatchObject({ ok: false, errorMessage: 'no' });
  });

  it('ends at once on close: what runs fails, what waits and what comes is refused', async () => {
    const functions = run([lambda('stuck', 'export const handler = () => { for (;;); };', { timeout: 900 })], {
      environments: 1,
    });
    await functions.warm(['stuck']);
    const running = functions.invoke('stuck', {});
    const waiting = functions.invoke('stuck', {});
    functions.close();
    expect(await running).toMatchObject({ ok: false });
    await expect(waiting).rejects.toMatchObject({ status: 500 });
    await expect(functions.invoke('stuck', {})).rejects.toMatchObject({ status: 500 });
  });
});
