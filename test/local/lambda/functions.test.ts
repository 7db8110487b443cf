import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { InvokeResult } from '../../../local/aws.ts';
import { createFunctions, type Functions, type FunctionsOptions } from '../../../local/lambda/functions.ts';
import { lambda, removeCodeFolders } from './folders.ts';

const started: Functions[] = [];
const run = (functions: FunctionsOptions['functions'], options: Partial<FunctionsOptions> = {}) => {
  const all = createFunctions({ functions, endpoint: 'http://127.0.0.1:1', environments: 2, ...options });
  started.push(all);
  return all;
};
afterEach(() => {
  for (const each of started.splice(0)) each.close();
});
afterAll(removeCodeFolders);

const answerOf = (result: InvokeResult): unknown => (result.ok ? result.value : expect.fail(result.errorMessage));
/** A handler that counts the invocations of its environment. */
const counting = 'let count = 0; export const handler = async () => ++count;';

describe('an invocation', () => {
  it('gives what the handler returns, by ARN and by name, as JSON', async () => {
    const code = 'export const handler = async (event) => ({ event, at: new Date(0), none: undefined });';
    const { invoke } = run([lambda('echo', code)]);
    const expected = { ok: true, value: { event: { a: 1 }, at: '1970-01-01T00:00:00.000Z' } };
    expect(await invoke('arn:aws:lambda:us-east-1:000000000000:function:echo', { a: 1 })).toEqual(expected);
    expect(await invoke('echo', { a: 1, gone: undefined })).toEqual(expected);
  });

  it('gives null when the handler returns nothing', async () => {
    const { invoke } = run([lambda('silent', 'export const handler = () => {};')]);
    expect(await invoke('silent', {})).toEqual({ ok: true, value: null });
  });

  it('is an error when the result is no JSON', async () => {
    const { invoke } = run([lambda('big', 'export const handler = async () => 1n;')]);
    const errorMessage = 'Unable to stringify response body';
    expect(await invoke('big', {})).toEqual({ ok: false, errorType: 'Error', errorMessage });
  });

  it('is an error when the result is over 6 MB, and is refused when the event is', async () => {
    const { invoke } = run([lambda('large', "export const handler = async () => 'x'.repeat(6_291_556);")]);
    expect(await invoke('large', {})).toMatchObject({ ok: false, errorType: 'Function.ResponseSizeTooLarge' });
    const refused = { name: 'RequestTooLargeException', status: 413 };
    await expect(invoke('large', 'x'.repeat(6_291_556))).rejects.toMatchObject(refused);
  });

  it('tells the error that the handler throws, and leaves the environment warm', async () => {
    const code = `let count = 0; export const handler = async () => {
      if (++count === 1) throw new TypeError('no such room');
      return count;
    };`;
    const { invoke } = run([lambda('throws', code)]);
    expect(await invoke('throws', {})).toEqual({ ok: false, errorType: 'TypeError', errorMessage: 'no such room' });
    expect(await invoke('throws', {})).toEqual({ ok: true, value: 2 });
  });

  it('of a function that does not exist is refused', async () => {
    await expect(run([]).invoke('nobody', {})).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
  });

  it('knows its context', async () => {
    const code = `export const handler = async (event, context) =>
      ({ ...context, left: context.getRemainingTimeInMillis() });`;
    const { invoke } = run([lambda('contextual', code, { timeout: 7, memorySize: 256 })]);
    const context = answerOf(await invoke('contextual', {})) as { left: number };
    expect(context).toMatchObject({
      functionName: 'contextual',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:contextual',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/contextual',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(context.left).toBeGreaterThan(0);
    expect(context.left).toBeLessThanOrEqual(7_000);
  });
});

describe('handlers', () => {
  it('may be CommonJS, in a subfolder, and a property of what is exported', async () => {
    const files = { 'src/index.cjs': "module.exports = { room: { join: async () => 'joined' } };" };
    const { invoke } = run([lambda('nested', files, { handler: 'src/index.room.join' })]);
    expect(answerOf(await invoke('nested', {}))).toBe('joined');
  });

  it('may call back up to Node 22, and no longer from 24 on', async () => {
    const code = 'export const handler = (event, context, done) => setImmediate(done, null, event);';
    const { invoke } = run([lambda('older', code, { runtime: 'nodejs22.x' }), lambda('newer', code)]);
    expect(answerOf(await invoke('older', 'hello'))).toBe('hello');
    expect(await invoke('newer', 'hello')).toMatchObject({ ok: false, errorType: 'Runtime.CallbackHandlerDeprecated' });
  });

  it.each([
    ['Runtime.ImportModuleError', { 'other.mjs': '' }],
    ['Runtime.ImportModuleError', { 'index.mjs': "import './missing.mjs';" }],
    ['Runtime.HandlerNotFound', { 'index.mjs': 'export const handle = 1;' }],
    ['Runtime.UserCodeSyntaxError', { 'index.mjs': 'export const = 1;' }],
    ['RangeError', { 'index.mjs': "throw new RangeError('no table');" }],
  ])('that cannot be loaded fail each invocation with %s: %j', async (errorType, files) => {
    const { invoke } = run([lambda('broken', files as unknown as Record<string, string>)]);
    expect(await invoke('broken', {})).toMatchObject({ ok: false, errorType });
    expect(await invoke('broken', {})).toMatchObject({ ok: false, errorType });
  });
});

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
    await vi.waitFor(async () => expect(await functions.invoke('leaves', false)).toEqual({ ok: true, value: 1 }));
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
    });
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

describe('what a function sees', () => {
  it('is its own environment variables, and its name as the access key', async () => {
    const code = 'export const handler = async () => ({ ...process.env });';
    const own = { environment: { variables: { TABLE: 'heads' } } };
    const { invoke, callerOf } = run([lambda('my-fn_1', code, own)], { endpoint: 'http://127.0.0.1:4566' });
    const seen = answerOf(await invoke('my-fn_1', {})) as Record<string, string>;
    expect(seen).toMatchObject({
      TABLE: 'heads',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'my-fn_1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_LAMBDA_FUNCTION_NAME: 'my-fn_1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      _HANDLER: 'index.handler',
    });
    expect(seen).not.toHaveProperty('HOME');
    expect(seen).not.toHaveProperty('VITEST');
    expect(callerOf('my-fn_1')).toEqual({
      kind: 'function',
      name: 'my-fn_1',
      role: 'arn:aws:iam::000000000000:role/my-fn_1',
    });
  });

  it('is written to onLog line by line, errors of the handler included', async () => {
    const lines: string[] = [];
    const code = `export const handler = async () => {
      console.log('one\\ntwo'); process.stdout.write('th'); process.stdout.write('ree\\n'); throw new Error('four');
    };`;
    const { invoke } = run([lambda('talks', code)], { onLog: (name, line) => lines.push(`${name}: ${line}`) });
    await invoke('talks', {});
    // Output and errors come in on streams of their own: order holds within each.
    const output = () => lines.filter((line) => /one|two|three/.test(line));
    await vi.waitFor(() => expect(output()).toEqual(['talks: one', 'talks: two', 'talks: three']));
    await vi.waitFor(() => expect(lines).toContain('talks: Invoke Error Error: four'));
  });
});

describe('a function that cannot run here', () => {
  it.each([
    ['runtime python3.13', { runtime: 'python3.13' }],
    ['no folder', { code: { path: '/nowhere' } }],
    ['"layers" has no local counterpart', { layers: ['arn'] }],
    ['timeout must be a whole number from 1 to 900', { timeout: 901 }],
    ['AWS_REGION, which AWS reserves', { environment: { variables: { AWS_REGION: 'moon-1' } } }],
  ])('is refused with the reason: %s', (reason, inputs) => {
    expect(() => run([lambda('odd', counting, inputs)])).toThrow(reason);
  });
});
