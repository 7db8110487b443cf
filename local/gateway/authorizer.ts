import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { GatewayConfigError, textOf } from './config-error.ts';
import { isIdentitySource } from './identity.ts';
import { functionArnOf } from './inputs.ts';
import { integrationTimeout } from './limits.ts';
import { mayInvoke } from './permission.ts';

/** The function that decides who may connect. */
export interface Authorizer {
  readonly name: string;
  readonly functionArn: string;
  /** Milliseconds that the function has to answer. */
  readonly timeout: number;
  /** Places of the handshake without which the function is not invoked. */
  readonly identitySources: readonly string[];
  readonly permitted: boolean;
  /** `arn:aws:execute-api:<region>:<account>:<api id>/authorizers/<id>`: what the function's resource policy has to allow. */
  readonly sourceArn: string;
  /** `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/$connect`: what the function is asked about. */
  readonly methodArn: string;
}

const sourcesOf = (authorizer: Resource): readonly string[] => {
  const sources = (authorizer.inputs.identitySources ?? []) as readonly unknown[];
  for (const source of sources)
    if (typeof source !== 'string' || !isIdentitySource(source))
      throw new GatewayConfigError(
        authorizer,
        `${JSON.stringify(source)} is no identity source of a WebSocket API: write route.request.header.Name or route.request.querystring.name.`,
      );
  return sources as readonly string[];
};

/** The authorizer of a route. Only `$connect` can have one: what it says counts for the whole connection. */
export const authorizerOf = (
  graph: Graph,
  route: Resource,
  executionArn: string,
  stage: string,
): Authorizer | undefined => {
  const { authorizationType = 'NONE', authorizerId, routeKey, apiId } = route.inputs;
  if (authorizationType !== 'CUSTOM') {
    if (authorizerId === undefined || authorizerId === null) return undefined;
    throw new GatewayConfigError(
      route,
      'it has an authorizerId, which AWS passes over without authorizationType "CUSTOM".',
    );
  }
  if (routeKey !== '$connect')
    throw new GatewayConfigError(route, 'AWS takes an authorizer for the route $connect alone: remove it here.');
  const authorizer = resourcesOf(graph, 'aws:apigatewayv2/authorizer:Authorizer').find(
    (one) => one.outputs.id === authorizerId && one.inputs.apiId === apiId,
  );
  if (authorizer === undefined)
    throw new GatewayConfigError(route, `authorizerId is ${String(authorizerId)}, which is no authorizer of its API.`);
  const functionArn = functionArnOf(graph, authorizer, 'authorizerUri');
  const sourceArn = `${executionArn}/authorizers/${textOf(authorizer, 'outputs', 'id')}`;
  return {
    name: authorizer.name,
    functionArn,
    timeout: integrationTimeout.most,
    identitySources: sourcesOf(authorizer),
    permitted: mayInvoke(graph, functionArn, sourceArn),
    sourceArn,
    methodArn: `${executionArn}/${stage}/$connect`,
  };
};
