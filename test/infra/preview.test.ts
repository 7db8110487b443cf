import * as pulumi from '@pulumi/pulumi';
import { expect, it } from 'vitest';

it('can be previewed: the program runs to its end when no output is known', async () => {
  const registered: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, inputs }) => {
        registered.push(type);
        return { id: undefined, state: inputs };
      },
      call: () => ({}),
    },
    'foldcast',
    'dev',
    true,
  );
  pulumi.runtime.setAllConfig({ 'aws:region': 'us-east-1' });

  const program = await import('../../infra/index.ts');
  await pulumi.runtime.disconnect();

  const isKnown = (output: pulumi.Output<unknown>) => (output as unknown as { isKnown: Promise<boolean> }).isKnown;
  expect(await isKnown(program.url)).toBe(false);
  expect(await isKnown(program.deliveriesQueueUrl)).toBe(false);
  // The last in every chain of what waits for what.
  expect(registered).toContain('aws:apigatewayv2/stage:Stage');
  expect(registered.filter((type) => type === 'aws:lambda/eventSourceMapping:EventSourceMapping')).toHaveLength(3);
});
