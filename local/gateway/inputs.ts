import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { targetOf } from '../lambda/targets.ts';
import { GatewayConfigError, textOf } from './config-error.ts';

/** The values of an input that run here: all of them, or these alone. */
type Allowed = 'any' | readonly unknown[];

/**
 * Which inputs of which resources this gateway runs as AWS would. What only logs, names or measures is accepted and has
 * no effect here; neither have the throttling limits of a stage, which protect a bill.
 */
const known: Readonly<Record<string, Readonly<Record<string, Allowed>>>> = {
  'aws:apigatewayv2/api:Api': {
    protocolType: ['WEBSOCKET'],
    routeSelectionExpression: 'any',
    apiKeySelectionExpression: 'any',
    disableExecuteApiEndpoint: [false],
    ipAddressType: 'any',
    name: 'any',
    description: 'any',
    version: 'any',
    tags: 'any',
    region: 'any',
  },
  'aws:apigatewayv2/integration:Integration': {
    apiId: 'any',
    integrationType: ['AWS_PROXY'],
    integrationUri: 'any',
    integrationMethod: ['POST'],
    connectionType: ['INTERNET'],
    contentHandlingStrategy: ['CONVERT_TO_TEXT'],
    passthroughBehavior: ['WHEN_NO_MATCH'],
    payloadFormatVersion: ['1.0'],
    timeoutMilliseconds: 'any',
    description: 'any',
    region: 'any',
  },
  'aws:apigatewayv2/route:Route': {
    apiId: 'any',
    routeKey: 'any',
    target: 'any',
    routeResponseSelectionExpression: ['$default'],
    authorizationType: ['NONE', 'CUSTOM'],
    authorizerId: 'any',
    apiKeyRequired: [false],
    operationName: 'any',
    region: 'any',
  },
  'aws:apigatewayv2/authorizer:Authorizer': {
    apiId: 'any',
    authorizerType: ['REQUEST'],
    authorizerUri: 'any',
    identitySources: 'any',
    name: 'any',
    region: 'any',
  },
  'aws:apigatewayv2/routeResponse:RouteResponse': {
    apiId: 'any',
    routeId: 'any',
    routeResponseKey: ['$default'],
    region: 'any',
  },
  'aws:apigatewayv2/stage:Stage': {
    apiId: 'any',
    name: 'any',
    autoDeploy: 'any',
    deploymentId: 'any',
    stageVariables: 'any',
    accessLogSettings: 'any',
    defaultRouteSettings: 'any',
    routeSettings: 'any',
    description: 'any',
    tags: 'any',
    region: 'any',
  },
  'aws:apigatewayv2/deployment:Deployment': { apiId: 'any', triggers: 'any', description: 'any', region: 'any' },
};

const checkInput = (resource: Resource, allowed: Allowed | undefined, key: string, value: unknown): void => {
  if (allowed === undefined)
    throw new GatewayConfigError(resource, `the local API Gateway cannot run the input ${key}: remove it.`);
  if (allowed !== 'any' && !allowed.includes(value))
    throw new GatewayConfigError(
      resource,
      `${key} is ${JSON.stringify(value)}, but only ${allowed.map((one) => JSON.stringify(one)).join(' or ')} can run locally.`,
    );
};

/** Throws a GatewayConfigError for the first resource of API Gateway that asks for what is not run here. */
export const checkInputs = (graph: Graph): void => {
  for (const resource of graph.resources) {
    if (!resource.type.startsWith('aws:apigatewayv2/')) continue;
    const inputs = known[resource.type];
    if (inputs === undefined)
      throw new GatewayConfigError(resource, 'the local API Gateway cannot run this: remove it.');
    for (const [key, value] of Object.entries(resource.inputs))
      if (value !== undefined && value !== null) checkInput(resource, inputs[key], key, value);
  }
};

/** The resources of `aws:apigatewayv2` with this type, `route:Route` for one, that belong to an API. */
export const ofApi = (graph: Graph, type: string, apiId: string): Resource[] =>
  resourcesOf(graph, `aws:apigatewayv2/${type}`).filter((resource) => resource.inputs.apiId === apiId);

const uri = /^arn:aws:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/;

/** The function that an input of a resource names by its invokeArn. */
export const functionArnOf = (graph: Graph, resource: Resource, key: string): string => {
  const arn = uri.exec(textOf(resource, 'inputs', key))?.[1];
  if (arn === undefined)
    throw new GatewayConfigError(resource, `${key} has to be a function's invokeArn (not its arn).`);
  if (targetOf(graph, arn) === undefined)
    throw new GatewayConfigError(resource, `${key} names ${arn}, which is no function of this program.`);
  return arn;
};
