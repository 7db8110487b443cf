import type { Graph, Resource } from '../aws.ts';
import { GatewayConfigError } from './config-error.ts';
import { ofApi } from './inputs.ts';

/** All urns that a resource waits for, through others too. */
const waitsFor = (graph: Graph, resource: Resource): ReadonlySet<string> => {
  const byUrn = new Map(graph.resources.map((one) => [one.urn, one]));
  const found = new Set<string>();
  const visit = (urn: string): void => {
    if (found.has(urn)) return;
    found.add(urn);
    byUrn.get(urn)?.dependencies.forEach(visit);
  };
  resource.dependencies.forEach(visit);
  return found;
};

/**
 * A deployment is a picture of its API's routes at the moment when it is made. A stage without one serves nothing, and
 * one that was made before a route serves without it: both start well and fail in front of users, so they stop here.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-deployment.html
 */
export const checkDeployment = (graph: Graph, stage: Resource, apiId: string): void => {
  if (ofApi(graph, 'route:Route', apiId).length === 0)
    throw new GatewayConfigError(stage, 'its API has no route, and AWS deploys no WebSocket API without one.');
  if (stage.inputs.autoDeploy === true) return;
  const deployment = ofApi(graph, 'deployment:Deployment', apiId).find(
    (one) => one.outputs.id === stage.inputs.deploymentId,
  );
  if (deployment === undefined)
    throw new GatewayConfigError(
      stage,
      'it has neither autoDeploy nor a deploymentId of its API, so AWS would serve nothing.',
    );
  const waited = waitsFor(graph, deployment);
  for (const type of ['route:Route', 'routeResponse:RouteResponse'])
    for (const part of ofApi(graph, type, apiId))
      if (!waited.has(part.urn))
        throw new GatewayConfigError(
          deployment,
          `it may be made before ${part.type} "${part.name}": add that to its dependsOn.`,
        );
};
