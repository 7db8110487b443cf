import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { bundle } from './bundle.ts';

const stage = pulumi.getStack();
const code = bundle();

const table = (name: string, key: string) =>
  new aws.dynamodb.Table(name, {
    attributes: [{ name: key, type: 'S' }],
    hashKey: key,
    billingMode: 'PAY_PER_REQUEST',
  });
const connections = table('connections', 'connectionId');
const counters = table('counters', 'id');
const api = new aws.apigatewayv2.Api('socket', {
  protocolType: 'WEBSOCKET',
  routeSelectionExpression: '$request.body.action',
});

interface Grant {
  readonly actions: readonly string[];
  readonly resource: pulumi.Input<string>;
}

/** One of the handlers, under a role of its own, and the routes that lead to it. */
const routes = (handler: string, keys: readonly string[], grants: readonly Grant[]): readonly pulumi.Resource[] => {
  const role = new aws.iam.Role(handler, {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' }),
  });
  const policy = new aws.iam.RolePolicy(handler, {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: '2012-10-17',
      Statement: grants.map(({ actions, resource }) => ({ Effect: 'Allow', Action: actions, Resource: resource })),
    }),
  });
  const lambda = new aws.lambda.Function(
    handler,
    {
      role: role.arn,
      runtime: 'nodejs24.x',
      code,
      handler: `handlers.${handler}`,
      // Posts to many take longer than Lambda's three seconds; longer than this no integration may take.
      timeout: 29,
      memorySize: 1024,
      environment: {
        variables: {
          CONNECTIONS_TABLE: connections.name,
          COUNTERS_TABLE: counters.name,
          MANAGEMENT_ENDPOINT: pulumi.interpolate`${api.apiEndpoint.apply((url) => url.replace(/^ws/, 'http'))}/${stage}`,
        },
      },
    },
    { dependsOn: [policy] },
  );
  const integration = new aws.apigatewayv2.Integration(handler, {
    apiId: api.id,
    integrationType: 'AWS_PROXY',
    integrationMethod: 'POST',
    integrationUri: lambda.invokeArn,
  });
  return keys.map((routeKey) => {
    const name = routeKey.replace('$', '');
    const permission = new aws.lambda.Permission(`route-${name}`, {
      action: 'lambda:InvokeFunction',
      function: lambda.arn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: pulumi.interpolate`${api.executionArn}/${stage}/${routeKey}`,
    });
    return new aws.apigatewayv2.Route(
      name,
      { apiId: api.id, routeKey, target: pulumi.interpolate`integrations/${integration.id}` },
      { dependsOn: [permission] },
    );
  });
};

const deployment = new aws.apigatewayv2.Deployment(
  'deployment',
  { apiId: api.id },
  {
    dependsOn: [
      ...routes('connect', ['$connect'], [{ actions: ['dynamodb:PutItem'], resource: connections.arn }]),
      ...routes('disconnect', ['$disconnect'], [{ actions: ['dynamodb:DeleteItem'], resource: connections.arn }]),
      ...routes(
        'click',
        ['plus', 'minus'],
        [
          { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resource: counters.arn },
          { actions: ['dynamodb:Scan'], resource: connections.arn },
          {
            actions: ['execute-api:ManageConnections'],
            resource: pulumi.interpolate`${api.executionArn}/${stage}/POST/@connections/*`,
          },
        ],
      ),
    ],
  },
);
new aws.apigatewayv2.Stage('stage', { apiId: api.id, name: stage, deploymentId: deployment.id });

export const countersTable = counters.name;
