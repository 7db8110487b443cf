import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Grant } from './lambda-function.ts';

export interface SocketApiArgs {
  /** Keeps the API from being removed or replaced: another has another address. */
  readonly protect: boolean;
}

/**
 * The WebSocket API that clients connect to, and its addresses. What it routes where is a `SocketStage`, apart from it because
 * functions have to know the addresses before there are functions to route to.
 */
export class SocketApi extends pulumi.ComponentResource {
  readonly api: aws.apigatewayv2.Api;
  /** The stage that is deployed: named after the stack. */
  readonly stageName: string;
  /** Where clients connect: `wss://<id>.execute-api.<region>.amazonaws.com/<stage>`. */
  readonly url: pulumi.Output<string>;
  /** Where functions post to connections: the same over `https`. */
  readonly managementEndpoint: pulumi.Output<string>;
  /** To post to connections, and not to look them up or to close them. */
  readonly postGrant: Grant;
  /** To close connections. */
  readonly closeGrant: Grant;

  constructor(name: string, args: SocketApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super('foldcast:SocketApi', name, {}, opts);
    this.stageName = pulumi.getStack();

    this.api = new aws.apigatewayv2.Api(
      name,
      { protocolType: 'WEBSOCKET', routeSelectionExpression: '$request.body.action' },
      { parent: this, protect: args.protect },
    );

    this.url = pulumi.interpolate`${this.api.apiEndpoint}/${this.stageName}`;
    this.managementEndpoint = this.url.apply((url) => url.replace(/^ws/, 'http'));
    const manage = (method: 'POST' | 'DELETE'): Grant => ({
      actions: ['execute-api:ManageConnections'],
      // Connections are resources of this API whose ids API Gateway makes up, so the last part cannot be spelt out.
      resources: [pulumi.interpolate`${this.api.executionArn}/${this.stageName}/${method}/@connections/*`],
    });
    this.postGrant = manage('POST');
    this.closeGrant = manage('DELETE');

    this.registerOutputs({ url: this.url, managementEndpoint: this.managementEndpoint });
  }
}
