import { describe, expect, it, vi } from 'vitest';
import { lambda } from './folders.ts';
import { answerOf, counting, run } from './running.ts';

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
      if (++count === 1) throw new TypeError('no such order');
      return count;
    };`;
    const { invoke } = run([lambda('throws', code)]);
    expect(await invoke('throws', {})).toEqual({ ok: false, errorType: 'TypeError', errorMessage: 'no such order' });
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
    const files = { 'src/index.cjs': "module.exports = { orders: { place: async () => 'placed' } };" };
    const { invoke } = run([lambda('nested', files, { handler: 'src/index.orders.place' })]);
    expect(answerOf(await invoke('nested', {}))).toBe('placed');
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
    await vi.waitFor(() => expect(output()).toEqual(['talks: one', 'talks: two', 'talks: three']), 30_000);
    await vi.waitFor(() => expect(lines).toContain('talks: Invoke Error Error: four'), 30_000);
  });
});

describe('a function that cannot run here', () => {
  it.each([
    ['runtime python3.13', { runtime: 'python3.13' }],
    ['no folder', { code: { path: '/nowhere' } }],
    ['"layers" has no local counterpart', { layers: ['arn'] }],
    ['timeout must be a whole number from 1 to 900', { timeout: 901 }],
    ['AWS_REGION, which AWS reserves', { environment: { variables: { AWS_REGION: 'moon-1' } } }],
    ['sets "_X"', { environment: { variables: { _X: '1' } } }],
    ['sets "T"', { environment: { variables: { T: '1' } } }],
    ['AWS takes 4096', { environment: { variables: { TABLE: 'x'.repeat(4090) } } }],
  ])('is refused with the reason: %s', (reason, inputs) => {
    expect(() => run([lambda('odd', counting, inputs)])).toThrow(reason);
  });
});
