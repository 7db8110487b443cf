import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { type Authorizer, authorizerOf } from './authorizer.ts';
import { GatewayConfigError, textOf } from './config-error.ts';
import { checkDeployment } from './deployment.ts';
import { routeSelection, type SelectKey } from './expression.ts';
import { checkInputs, functionArnOf, ofApi } from './inputs.ts';
import { integrationTimeout } from './limits.ts';
import { mayInvoke } from './permission.ts';

/** A route of a stage, and the function behind it. */
export interface Route {
  /** `$connect`, `$disconnect`, `$default`, or what the selection expression finds in a message. */
  readonly key: string;
  readonly functionArn: string;
  /** Milliseconds that the function has to answer. */
  readonly timeout: number;
  /** Whether what the function returns is sent to the client: it has a route response. */
  readonly responds: boolean;
  /** Whether the function's resource policy lets API Gateway invoke it for this route. */
  readonly permitted: boolean;
  /** `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/<route key>`: what the policy has to allow. */
  readonly sourceArn: string;
  /** Asked before the function is: who may connect. */
  readonly authorizer?: Authorizer;
}

/** One stage of one WebSocket API, ready to serve at `/<name>`. */
export interface Stage {
  readonly name: string;
  readonly apiId: string;
  readonly selectKey: SelectKey;
  readonly routes: ReadonlyMap<string, Route>;
  readonly variables: Readonly<Record<string, string>> | undefined;
}

const timeoutOf = (integration: Resource): number => {
  const value = integration.inputs.timeoutMilliseconds ?? integrationTimeout.most;
  if (typeof value === 'number' && value >= integrationTimeout.least && value <= integrationTimeout.most) return value;
  throw new GatewayConfigError(
    integration,
    `timeoutMilliseconds is ${JSON.stringify(value)}, but AWS takes ${integrationTimeout.least} to ${integrationTimeout.most}.`,
  );
};

/** AWS sends a response only where the route has both the expression and a route response: one alone does nothing. */
const respondsOf = (graph: Graph, apiId: string, route: Resource): boolean => {
  const selects = (route.inputs.routeResponseSelectionExpression ?? undefined) !== undefined;
  const response = ofApi(graph, 'routeResponse:RouteResponse', apiId).some(
    (one) => one.inputs.routeId === route.outputs.id,
  );
  if (selects === response) return selects;
  throw new GatewayConfigError(
    route,
    selects
      ? 'it has a routeResponseSelectionExpression but no RouteResponse, so AWS would send nothing: add one.'
      : 'it has a RouteResponse but no routeResponseSelectionExpression, so AWS would send nothing: set it to "$default".',
  );
};

const routesOf = (graph: Graph, api: Resource, apiId: string, stage: string): ReadonlyMap<string, Route> => {
  const routes = new Map<string, Route>();
  const integrations = ofApi(graph, 'integration:Integration', apiId);
  for (const route of ofApi(graph, 'route:Route', apiId)) {
    const key = textOf(route, 'inputs', 'routeKey');
    if (routes.has(key)) throw new GatewayConfigError(route, `another route of its API has the routeKey ${key} too.`);
    const target = textOf(route, 'inputs', 'target');
    const integration = integrations.find((one) => target === `integrations/${String(one.outputs.id)}`);
    if (integration === undefined)
      throw new GatewayConfigError(route, `target is ${target}, which is no integrations/<id> of its API.`);
    const functionArn = functionArnOf(graph, integration, 'integrationUri');
    const executionArn = textOf(api, 'outputs', 'executionArn');
    const sourceArn = `${executionArn}/${stage}/${key}`;
    const authorizer = authorizerOf(graph, route, executionArn, stage);
    routes.set(key, {
      key,
      functionArn,
      timeout: timeoutOf(integration),
      responds: respondsOf(graph, apiId, route),
      permitted: mayInvoke(graph, functionArn, sourceArn),
      sourceArn,
      ...(authorizer && { authorizer }),
    });
  }
  return routes;
};

const selectionOf = (api: Resource): SelectKey => {
  const select = routeSelection(textOf(api, 'inputs', 'routeSelectionExpression'));
  if (select !== undefined) return select;
  throw new GatewayConfigError(api, 'routeSelectionExpression has to be of the form "$request.body.action".');
};

/** The stages of all WebSocket APIs in a graph, by name. Throws a GatewayConfigError for what AWS, or we, cannot run. */
export const stagesOf = (graph: Graph): ReadonlyMap<string, Stage> => {
  checkInputs(graph);
  const stages = new Map<string, Stage>();
  const apis = resourcesOf(graph, 'aws:apigatewayv2/api:Api');
  for (const api of apis) selectionOf(api);
  for (const stage of resourcesOf(graph, 'aws:apigatewayv2/stage:Stage')) {
    const name = textOf(stage, 'inputs', 'name');
    if (!/^[\w-]{1,128}$/.test(name))
      throw new GatewayConfigError(
        stage,
        `name is ${JSON.stringify(name)}, but AWS takes letters, digits, _ and - only.`,
      );
    if (stages.has(name))
      throw new GatewayConfigError(
        stage,
        `another stage is named ${name} too: locally all are served on one port, so rename one.`,
      );
    const apiId = textOf(stage, 'inputs', 'apiId');
    const api = apis.find((one) => one.outputs.id === apiId);
    if (api === undefined)
      throw new GatewayConfigError(stage, `apiId is ${apiId}, which is no WebSocket API of this program.`);
    checkDeployment(graph, stage, apiId);
    stages.set(name, {
      name,
      apiId,
      selectKey: selectionOf(api),
      routes: routesOf(graph, api, apiId, name),
      variables: stage.inputs.stageVariables as Stage['variables'],
    });
  }
  return stages;
};
