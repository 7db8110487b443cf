import { describe, expect, it } from 'vitest';
import { arnLike, mayInvoke } from '../../gateway/permission.ts';
import { functionArn, graphOf, resource } from './fixture.ts';

const source = 'arn:aws:execute-api:us-east-1:000000000000:api1/dev/$connect';

describe('a source ARN', () => {
  it.each([
    [source, true],
    ['arn:aws:execute-api:us-east-1:000000000000:api1/*', true],
    ['arn:aws:execute-api:us-east-1:000000000000:api1/*/*', true],
    ['arn:aws:execute-api:us-east-1:000000000000:api1/*/$connect', true],
    ['arn:aws:execute-api:us-east-1:000000000000:api?/dev/$connect', true],
    ['arn:aws:execute-api:*:*:api1/dev/$connect', true],
    ['arn:aws:execute-api:us-east-1:000000000000:api1/dev/$disconnect', false],
    ['arn:aws:execute-api:us-east-1:000000000000:api1', false],
    ['arn:aws:execute-api:us-east-1:000000000000:api2/*/*', false],
    ['arn:aws:execute-api:us-east-1:111111111111:api1/*/*', false],
    ['*', false],
  ])('matches %s: %s', (pattern, matches) => {
    expect(arnLike(pattern, source)).toBe(matches);
  });
});

describe('a permission', () => {
  const may = (inputs: Record<string, unknown>, invoked = functionArn('connect')) =>
    mayInvoke(
      graphOf(
        resource('aws:lambda/permission:Permission', 'p', {
          action: 'lambda:InvokeFunction',
          function: 'connect',
          principal: 'apigateway.amazonaws.com',
          sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/*/*',
          ...inputs,
        }),
      ),
      invoked,
      source,
    );

  it.each([
    {},
    { function: functionArn('connect') },
    { function: '000000000000:function:connect' },
    { sourceArn: undefined },
    { sourceAccount: '000000000000' },
    { principal: '*' },
    { action: 'lambda:*' },
  ])('with %j lets API Gateway invoke', (inputs) => {
    expect(may(inputs)).toBe(true);
  });

  it.each([
    { function: 'other' },
    { function: 'nect' },
    { principal: 's3.amazonaws.com' },
    { action: 'lambda:GetFunction' },
    { qualifier: 'live' },
    { sourceAccount: '111111111111' },
    { sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/prod/*' },
  ])('with %j does not', (inputs) => {
    expect(may(inputs)).toBe(false);
  });

  it.each([
    [{ qualifier: 'live' }, true],
    [{ function: functionArn('connect'), qualifier: 'live' }, true],
    [{ function: `${functionArn('connect')}:live` }, true],
    [{}, false],
    [{ qualifier: 'next' }, false],
    [{ function: 'live' }, false],
  ])('with %j lets it invoke the alias: %s', (inputs, lets) => {
    expect(may(inputs, `${functionArn('connect')}:live`)).toBe(lets);
  });
});
