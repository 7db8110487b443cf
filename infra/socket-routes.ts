import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { LambdaFunction } from './lambda-function.ts';
import type { SocketApi } from './socket-api.ts';

export interface SocketRoutesArgs {
  readonly api: SocketApi;
  /** The function that they lead to. */
  readonly to: LambdaFunction;
  /** `$connect`, `$disconnect`, `$default`, or what clients send as `action`. */
  readonly keys: readonly string[];
  /** Whether the sender is sent what the function returns as `body`. */
  readonly replies?: boolean;
  /** Asked by `$connect` who may. */
  readonly authorizer?: aws.apigatewayv2.Authorizer;
}

/** Routes that lead to one function, through one integration. The routes of this stage may invoke it, by one permission: one each would outgrow what Lambda takes at about 55. */
export class SocketRoutes extends pulumi.ComponentResource {
  readonly integration: aws.apigatewayv2.Integration;
  readonly routes: readonly aws.apigatewayv2.Route[];
  /** Whether the sender is sent what the function returns. */
  readonly replies: boolean;
  /** What has to be there before a deployment takes its snapshot. */
  readonly responses: readonly aws.apigatewayv2.RouteResponse[];

  constructor(name: string, args: SocketRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:SocketRoutes', name, {}, opts);
    const { api, stageName } = args.api;
    const { function: to, live } = args.to;
    this.replies = args.replies ?? false;

    this.integration = new aws.apigatewayv2.Integration(
      name,
      { apiId: api.id, integrationType: 'AWS_PROXY', integrationMethod: 'POST', integrationUri: live.invokeArn },
      { parent: this },
    );

    const permission = new aws.lambda.Permission(
      name,
      {
        action: 'lambda:InvokeFunction',
        function: to.name,
        qualifier: live.name,
        principal: 'apigateway.amazonaws.com',
        sourceArn: pulumi.interpolate`${api.executionArn}/${stageName}/*`,
      },
      { parent: this },
    );

    this.routes = args.keys.map(
      (routeKey) =>
        new aws.apigatewayv2.Route(
          `${name}-${routeKey.replace('$', '')}`,
          {
            apiId: api.id,
            routeKey,
            target: pulumi.interpolate`integrations/${this.integration.id}`,
            ...(args.authorizer &&
              routeKey === '$connect' && { authorizationType: 'CUSTOM', authorizerId: args.authorizer.id }),
            ...(this.replies && { routeResponseSelectionExpression: '$default' }),
          },
          { parent: this, dependsOn: [permission] },
        ),
    );

    this.responses = (this.replies ? this.routes : []).map(
      (route, index) =>
        new aws.apigatewayv2.RouteResponse(
          `${name}-${args.keys[index]}`,
          { apiId: api.id, routeId: route.id, routeResponseKey: '$default' },
          { parent: this },
        ),
    );

    this.registerOutputs({ integration: this.integration.id });
  }
}
