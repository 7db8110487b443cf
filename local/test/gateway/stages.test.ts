import { describe, expect, it } from 'vitest';
import { stagesOf } from '../../gateway/stages.ts';
import { api, type Changes, graphOf, resource } from './fixture.ts';

const keys = ['$connect', 'plus'];

it('reads the routes, functions and timeouts of a stage', () => {
  const graph = graphOf(...api(keys, { 'integration plus': { timeoutMilliseconds: 500 } }));
  expect(stagesOf(graph).get('dev')?.routes.get('plus')).toEqual({
    key: 'plus',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:plus',
    timeout: 500,
    responds: false,
    permitted: true,
    sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/dev/plus',
  });
  expect(stagesOf(graph).get('dev')?.routes.get('$connect')?.timeout).toBe(29_000);
});

it('serves nothing where there is no API', () => {
  expect(stagesOf(graphOf()).size).toBe(0);
});

it('serves a stage that deploys by itself', () => {
  const resources = api(keys, { stage: { autoDeploy: true, deploymentId: undefined } });
  expect(stagesOf(graphOf(...resources)).size).toBe(1);
});

describe('stops at the start, with the resource, for', () => {
  it.each<[string, Changes, RegExp]>([
    ['another protocol', { api: { protocolType: 'HTTP' } }, /api:Api "api1": protocolType is "HTTP"/],
    ['no expression', { api: { routeSelectionExpression: undefined } }, /api:Api "api1": routeSelectionExpression/],
    ['another expression', { api: { routeSelectionExpression: '$request.header.a' } }, /of the form/],
    ['another integration', { 'integration plus': { integrationType: 'HTTP' } }, /Integration "plus": integrationType/],
    ['a template', { 'integration plus': { requestTemplates: {} } }, /Integration "plus": .*requestTemplates/],
    ['a function ARN as uri', { 'integration plus': { integrationUri: 'arn:aws:lambda:a:b:function:c' } }, /invokeArn/],
    [
      'a function that is not there',
      {
        'integration plus': {
          integrationUri:
            'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:gone/invocations',
        },
      },
      /function:gone, which is no function/,
    ],
    ['a timeout over 29 s', { 'integration plus': { timeoutMilliseconds: 29_001 } }, /50 to 29000/],
    ['IAM', { 'route plus': { authorizationType: 'AWS_IAM' } }, /Route "plus": authorizationType is "AWS_IAM"/],
    ['no target', { 'route plus': { target: undefined } }, /Route "plus": target/],
    [
      'a target that is not there',
      { 'route plus': { target: 'integrations/x' } },
      /Route "plus": target is integrations\/x/,
    ],
    ['two routes with one key', { 'route plus': { routeKey: '$connect' } }, /another route .* \$connect/],
    ['half a route response', { 'route plus': { routeResponseSelectionExpression: '$default' } }, /no RouteResponse/],
    ['a stage without deployment', { stage: { deploymentId: undefined } }, /Stage "dev": .*neither autoDeploy/],
    ['a stage of no API', { stage: { apiId: 'x' } }, /Stage "dev": apiId is x/],
    ['a stage that is no name', { stage: { name: 'a/b' } }, /Stage "dev": name is "a\/b"/],
  ])('%s', (_, changes, message) => {
    expect(() => stagesOf(graphOf(...api(keys, changes)))).toThrow(message);
  });

  it('two stages with one name', () => {
    expect(() => stagesOf(graphOf(...api(keys), ...api(keys, {}, 'api2')))).toThrow(/another stage is named dev/);
  });

  it('a resource that is not run here', () => {
    const model = resource('aws:apigatewayv2/model:Model', 'what', { apiId: 'api1' });
    expect(() => stagesOf(graphOf(...api(keys), model))).toThrow(/Model "what"/);
  });

  it('a deployment that does not wait for a route', () => {
    const resources = api(keys).map((one) =>
      one.type.endsWith(':Deployment') ? { ...one, dependencies: one.dependencies.slice(0, 1) } : one,
    );
    expect(() => stagesOf(graphOf(...resources))).toThrow(
      /Deployment "api1": .*Route "plus": add that to its dependsOn/,
    );
  });
});
