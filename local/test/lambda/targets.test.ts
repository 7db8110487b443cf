import { afterAll, expect, it } from 'vitest';
import { checkPolicySizes } from '../../lambda/policy-size.ts';
import { functionArn, graphOf, resource } from '../gateway/fixture.ts';
import { lambda, removeCodeFolders } from './folders.ts';
import { answerOf, run } from './running.ts';

afterAll(removeCodeFolders);

const alias = (inputs: object = {}) =>
  resource(
    'aws:lambda/alias:Alias',
    'fn-live',
    { name: 'live', functionName: 'fn', functionVersion: '1', ...inputs },
    { name: 'live' },
  );
const told =
  'export const handler = async (_, { invokedFunctionArn, functionVersion }) => [invokedFunctionArn, functionVersion];';
const published = () => {
  const fn = lambda('fn', told, { publish: true });
  return { ...fn, outputs: { ...fn.outputs, version: '1' } };
};

it('is invoked by its own ARN, its version’s and its alias’s, and is told which', async () => {
  const { invoke } = run([published()], { aliases: [alias()] });
  const arns = ['', ':1', ':live', ':$LATEST'].map((suffix) => functionArn('fn') + suffix);
  for (const arn of arns) expect(answerOf(await invoke(arn, {}))).toEqual([arn, '1']);
  expect(answerOf(await invoke('fn:live', {}))).toEqual([functionArn('fn'), '1']);
  await expect(invoke(`${functionArn('fn')}:next`, {})).rejects.toThrow('Function not found');
});

it.each([
  [{ functionName: 'other' }, 'its functionName, other, is no function of the program'],
  [{ functionVersion: '2' }, 'its functionVersion is 2, and that of its function 1'],
  [{ routingConfig: { additionalVersionWeights: { 2: 0.1 } } }, 'remove its routingConfig'],
])('refuses an alias with %j', (inputs, why) => {
  expect(() => run([published()], { aliases: [alias(inputs)] })).toThrow(why);
});

it('refuses permissions that outgrow the policy of a function, which AWS does half-way through a deployment', () => {
  const permissions = (count: number, qualifier?: string) =>
    Array.from({ length: count }, (_, n) =>
      resource('aws:lambda/permission:Permission', `${qualifier}-route-${n}`, {
        action: 'lambda:InvokeFunction',
        function: functionArn('connect'),
        principal: 'apigateway.amazonaws.com',
        sourceArn: `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/route-${n}`,
        ...(qualifier && { qualifier }),
      }),
    );
  expect(() => checkPolicySizes(graphOf(...permissions(45)))).not.toThrow();
  expect(() => checkPolicySizes(graphOf(...permissions(45), ...permissions(45, 'live')))).not.toThrow();
  expect(() => checkPolicySizes(graphOf(...permissions(65)))).toThrow(
    /^The 65 aws\.lambda\.Permissions of .*:connect make/,
  );
});
