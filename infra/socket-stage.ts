import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { SocketApi } from './socket-api.ts';
import { SocketRoutes, type SocketRoutesArgs } from './socket-routes.ts';

export interface SocketStageArgs {
  readonly api: SocketApi;
  /** What leads where. */
  readonly routes: readonly Omit<SocketRoutesArgs, 'api' | 'authorizer'>[];
  /** Asked by `$connect` who may. */
  readonly authorizer?: aws.apigatewayv2.Authorizer | undefined;
  /** What has to be up to date before clients can send what is new: an older fold would not know it. */
  readonly after: readonly pulumi.Resource[];
  /** Messages a second, and at once, that a route takes before it answers 429. */
  readonly throttleRate: number;
  readonly throttleBurst: number;
  /** Days that a line for each connection and message is kept; none are written without it. */
  readonly accessLogDays: number | undefined;
}

/**
 * A line of the access log. Tokens come in the query and in the header of the subprotocols: of neither is there anything here, nor of
 * the messages. Source: API Gateway developer guide, "Set up logging for a WebSocket API".
 */
const accessLogFormat = JSON.stringify({
  at: '$context.requestTimeEpoch',
  request: '$context.requestId',
  connection: '$context.connectionId',
  event: '$context.eventType',
  route: '$context.routeKey',
  status: '$context.status',
  ip: '$context.identity.sourceIp',
  ms: '$context.integrationLatency',
  function: '$context.integration.status',
  error: '$context.error.messageString',
});

/** What the API does with what clients send: its routes, and the stage that serves them. */
export class SocketStage extends pulumi.ComponentResource {
  readonly stage: aws.apigatewayv2.Stage;

  constructor(name: string, args: SocketStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:SocketStage', name, {}, opts);
    const { api, stageName } = args.api;
    const { authorizer } = args;

    const all = args.routes.map(
      (routes) =>
        new SocketRoutes(
          `${name}-${routes.to.entry}`,
          { api: args.api, ...routes, ...(authorizer && { authorizer }) },
          { parent: this },
        ),
    );

    // A WebSocket API is deployed as a snapshot (auto-deploy is for HTTP APIs). A change of the routes or of where they lead
    // changes the triggers, and with them Pulumi takes a new snapshot. They also make it wait for the routes, without which
    // there is nothing to deploy. All in them are inputs that were given: an output of one that was not is unknown in every
    // preview, which would then never be empty.
    const deployment = new aws.apigatewayv2.Deployment(
      `${name}-deployment`,
      {
        apiId: api.id,
        triggers: {
          integrations: pulumi.jsonStringify(
            all.map(({ integration }) => [integration.id, integration.integrationUri]),
          ),
          ...(authorizer && { authorizer: authorizer.id }),
          selection: api.routeSelectionExpression.apply((expression) => expression ?? ''),
          routes: pulumi.jsonStringify(
            all.flatMap(({ routes, replies }) => routes.map(({ routeKey, target }) => [routeKey, target, replies])),
          ),
        },
      },
      { parent: this, dependsOn: [...all.flatMap((each) => each.responses), ...args.after] },
    );

    const accessLog =
      args.accessLogDays === undefined
        ? undefined
        : new aws.cloudwatch.LogGroup(`${name}-access`, { retentionInDays: args.accessLogDays }, { parent: this });
    this.stage = new aws.apigatewayv2.Stage(
      name,
      {
        apiId: api.id,
        name: stageName,
        deploymentId: deployment.id,
        ...(accessLog && { accessLogSettings: { destinationArn: accessLog.arn, format: accessLogFormat } }),
        defaultRouteSettings: { throttlingRateLimit: args.throttleRate, throttlingBurstLimit: args.throttleBurst },
      },
      { parent: this },
    );

    this.registerOutputs({ stage: this.stage.name });
  }
}
