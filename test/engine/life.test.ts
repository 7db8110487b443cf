import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { adopt } from '../../replay/command-line/adopt.ts';
import { findPlace } from '../../replay/command-line/place.ts';
import { deployment, withPulumi } from './deployment.ts';
import type { Outcome } from './operation.ts';

withPulumi('the life of a stack', () => {
  let stack: Awaited<ReturnType<typeof deployment>>;
  let up: Outcome;

  beforeAll(async () => {
    const ends: (() => Promise<void>)[] = [];
    stack = await deployment({ atEnd: (end) => ends.push(end) });
    up = await stack.carryOut('up');
    return () => Promise.all(ends.map((end) => end()));
  });

  const preview = async () => {
    const { error, steps } = await stack.carryOut('preview');
    expect(error).toBeUndefined();
    return steps.toSorted();
  };

  /** What was done to the account by what this does. */
  const deedsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const before = stack.account.deeds.length;
    await work();
    return stack.account.deeds.slice(before);
  };

  /** Those that have the rules of all kinds in them. */
  const ruled = [
    'append',
    'connect',
    'fallback',
    'fold',
    'membership',
    'message',
    'notices',
    'presence',
    'self',
    'upload',
  ];
  /** Each is published as another version, which its alias then points to. */
  const updates = [
    ...ruled.map((name) => `update Alias ${name}-live`),
    ...ruled.map((name) => `update Function ${name}`),
  ];

  it('comes up, and then there is nothing to do', async () => {
    expect(up.error).toBeUndefined();
    expect(stack.account.resources.length).toBeGreaterThan(100);
    const { error, steps } = await stack.carryOut('preview', { expectNoChanges: true });
    expect(error).toBeUndefined();
    expect(steps).toEqual([]);
  });

  it('is found by its name, in its region, with the pulumi that is installed', async () => {
    for (const [name, value] of Object.entries(stack.env)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { name, outputs, aws } = await findPlace({ stack: 'dev', folder: stack.checkout.folder });
    expect(name).toBe('the stack dev');
    expect(outputs).toEqual(expect.objectContaining({ url: up.outputs.url, headsTable: up.outputs.headsTable }));
    expect(aws).toEqual({ region: 'us-east-1' });
  });

  it('changes the functions alone in which a rule is, when it changes', async () => {
    await stack.checkout.change('domain/kinds/counter.ts', 'value + 1', 'value + 2');
    expect(await preview()).toEqual(updates);
  });

  it('adds a route for the action of a new kind, and deploys it', async () => {
    await stack.checkout.add(
      'domain/kinds/light.ts',
      `import * as z from 'zod';
     import { defineKind } from '../kind.ts';
     export const light = defineKind({
       name: 'light',
       actions: { turn: z.object({ room: z.string() }) },
       roomOf: ({ room }) => room,
       initial: 'red',
       refusal: () => undefined,
       fold: (colour) => (colour === 'red' ? 'green' : 'red'),
       cast: 'state',
     });`,
    );
    await stack.checkout.change(
      'domain/registry.ts',
      'import { game }',
      "import { light } from './kinds/light.ts';\nimport { game }",
    );
    await stack.checkout.change('domain/registry.ts', 'files, game]', 'files, game, light]');
    expect(await preview()).toEqual([
      'create Route stage-append-turn',
      'replace Deployment stage-deployment',
      ...updates,
      'update Stage stage',
    ]);
  });

  it.each([
    ['foldBatchSize', 500, ['update EventSourceMapping fold-heads']],
    ['maxSendConcurrency', 50, ['update EventSourceMapping send-deliveries']],
    ['throttleRate', 500, ['update Stage stage']],
  ])('changes what a key of the configuration is about, and nothing else: %s', async (key, value, steps) => {
    await stack.checkout.configure(key, value);
    expect(await preview()).toEqual(steps);
  });

  it('notices what was deleted by hand, and makes that again', async () => {
    stack.account.lose('aws:cloudwatch/metricAlarm:MetricAlarm', ({ id }) => id.includes('fold-late'));
    expect((await stack.carryOut('refresh')).error).toBeUndefined();
    expect(await deedsOf(() => stack.carryOut('up'))).toEqual(['create MetricAlarm fold-late']);
  });

  it('takes tables that were restored for its own, and replaces nothing that holds data', async () => {
    const existing = stack.account.resources.filter(({ type }) => type === 'aws:dynamodb/table:Table');
    const restored = ['headsTable', 'logTable'].map((output) => {
      const from = String(up.outputs[output]);
      const { inputs } = existing.find(({ id }) => id === from) ?? {};
      // As DynamoDB restores one: the keys, and nothing that is set on it.
      const { attributes, hashKey, rangeKey, billingMode } = inputs ?? {};
      const name = `${from}-2`;
      const copy = { name, attributes, hashKey, ...(rangeKey !== undefined && { rangeKey }), billingMode };
      stack.account.create({ type: 'aws:dynamodb/table:Table', name }, copy, 'us-east-1');
      return [from, name] as const;
    });
    for (const [name, value] of Object.entries(stack.env)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await adopt('dev', stack.checkout.folder, restored);
    expect((await stack.carryOut('refresh')).error).toBeUndefined();
    const done = await stack.carryOut('up');
    expect(done.error).toBeUndefined();
    expect(done.outputs).toMatchObject({ headsTable: restored[0]?.[1], logTable: restored[1]?.[1] });
    expect(done.steps.filter((step) => step.includes(' Table ')).toSorted()).toEqual([
      'update Table log-heads',
      'update Table log-pages',
    ]);
    expect(done.steps).toContain('replace EventSourceMapping fold-heads');
    expect(done.steps.filter((step) => /^(create|delete|replace) (Table|Bucket|Queue|Api) /.test(step))).toEqual([]);
    const tables = restored.map(([, name]) => stack.account.resources.find(({ id }) => id === name));
    expect(tables.map((table) => table?.inputs.streamViewType)).toEqual(['NEW_IMAGE', undefined]);
    expect((await stack.carryOut('preview', { expectNoChanges: true })).error).toBeUndefined();
    for (const [from] of restored) stack.account.lose('aws:dynamodb/table:Table', ({ id }) => id === from);
    // What comes after this expects the stack as it is now.
    up = done;
  });

  it('refuses to give a table another name, before anything moves: pulumi up begins with a preview', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what the program says.
    await stack.checkout.change('infra/event-log.ts', '${name}-heads', '${name}-events');
    const { error } = await stack.carryOut('preview');
    expect(error).toMatch(/::log-heads" cannot be deleted\s+because it is protected/);
  });

  it('refuses to be destroyed as long as it is protected, before anything moves, even without a preview', async () => {
    const deeds = await deedsOf(async () => {
      const { error } = await stack.carryOut('destroy');
      expect(error).toMatch(/::protection" cannot be deleted\s+because it is protected/);
    });
    expect(deeds).toEqual([]);
  });

  it('leaves nothing behind when it is destroyed without protection', async () => {
    await stack.checkout.configure('protect', false);
    expect((await deedsOf(() => stack.carryOut('up'))).toSorted()).toEqual([
      'delete BucketVersioning uploads-versions',
      'update Bucket uploads',
      'update BucketLifecycleConfiguration uploads-lifecycle',
      'update BucketNotification notices-notification',
      'update Table log-heads',
      'update Table log-pages',
    ]);
    expect((await stack.carryOut('destroy')).error).toBeUndefined();
    expect(stack.account.resources).toEqual([]);
  });
});
