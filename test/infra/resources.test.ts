import { join } from 'node:path';
import { readGraph } from 'pulumi-local';
import { expect, it } from 'vitest';
import { routes } from '../../domain/routes.ts';

/** Functions that take routes. */
const routed = ['append', 'connect', 'disconnect', 'fallback', 'membership', 'message', 'self', 'upload'];
/** All functions. */
const functions = [...routed, 'fold', 'notices', 'presence', 'send'];
/** One for each key: a kind that is added adds its actions here, and changes no name. */
const keyed = [
  'stage-connect-connect',
  'stage-disconnect-disconnect',
  'stage-fallback-default',
  ...Object.entries(routes).flatMap(([to, keys]) => keys.map((key) => `stage-${to}-${key}`)),
];

/** Logical names, by type within the type of the parent. */
const names: Readonly<Record<string, readonly string[]>> = {
  'pulumi:pulumi:Stack': ['foldcast-dev'],
  'foldcast:AlarmTopic': ['alarms'],
  'foldcast:Connections': ['connections'],
  'foldcast:Connections$aws:dynamodb/table:Table': ['connections'],
  'foldcast:Dashboard': ['dashboard'],
  'foldcast:Dashboard$aws:cloudwatch/dashboard:Dashboard': ['dashboard'],
  'foldcast:Deliveries': ['deliveries'],
  'foldcast:Deliveries$aws:cloudwatch/metricAlarm:MetricAlarm': ['deliveries-dead', 'deliveries-late'],
  'foldcast:Deliveries$aws:sqs/queue:Queue': ['deliveries', 'deliveries-dead-letters'],
  'foldcast:Deliveries$aws:sqs/queuePolicy:QueuePolicy': ['deliveries-dead-letters-tls', 'deliveries-tls'],
  'foldcast:EventLog': ['log'],
  'foldcast:EventLog$aws:dynamodb/table:Table': ['log-heads', 'log-pages'],
  'foldcast:Files': ['uploads'],
  'foldcast:Files$aws:s3/bucket:Bucket': ['uploads'],
  'foldcast:Files$aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ['uploads-cors'],
  'foldcast:Files$aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ['uploads-lifecycle'],
  'foldcast:Files$aws:s3/bucketPolicy:BucketPolicy': ['uploads-tls'],
  'foldcast:Files$aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ['uploads-public'],
  'foldcast:Files$aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': [
    'uploads-encryption',
  ],
  'foldcast:Files$aws:s3/bucketVersioning:BucketVersioning': ['uploads-versions'],
  'foldcast:Fold': ['fold'],
  'foldcast:Fold$aws:cloudwatch/metricAlarm:MetricAlarm': [
    'fold-errors',
    'fold-faults',
    'fold-late',
    'fold-missing',
    'fold-stopped',
    'fold-unknown',
    'fold-unreadable',
  ],
  'foldcast:Fold$aws:lambda/eventSourceMapping:EventSourceMapping': ['fold-heads'],
  'foldcast:Fold$foldcast:LambdaFunction': ['fold'],
  'foldcast:LambdaFunction': routed,
  'foldcast:LambdaFunction$aws:cloudwatch/logGroup:LogGroup': functions.map((name) => `${name}-logs`),
  'foldcast:LambdaFunction$aws:iam/role:Role': functions.map((name) => `${name}-role`),
  'foldcast:LambdaFunction$aws:iam/rolePolicy:RolePolicy': functions.map((name) => `${name}-policy`),
  'foldcast:LambdaFunction$aws:lambda/alias:Alias': functions.map((name) => `${name}-live`),
  'foldcast:LambdaFunction$aws:lambda/function:Function': functions,
  'foldcast:Notices': ['notices'],
  'foldcast:Notices$aws:cloudwatch/metricAlarm:MetricAlarm': ['notices-dead', 'notices-lost'],
  'foldcast:Notices$aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': ['notices-failures'],
  'foldcast:Notices$aws:sqs/queue:Queue': ['notices-dead-letters'],
  'foldcast:Notices$aws:sqs/queuePolicy:QueuePolicy': ['notices-dead-letters-tls'],
  'foldcast:Notices$aws:lambda/permission:Permission': ['notices-permission'],
  'foldcast:Notices$aws:s3/bucketNotification:BucketNotification': ['notices-notification'],
  'foldcast:Notices$foldcast:LambdaFunction': ['notices'],
  'foldcast:Presence': ['presence'],
  'foldcast:Presence$aws:cloudwatch/metricAlarm:MetricAlarm': ['presence-late'],
  'foldcast:Presence$aws:lambda/eventSourceMapping:EventSourceMapping': ['presence-connections'],
  'foldcast:Presence$foldcast:LambdaFunction': ['presence'],
  'foldcast:Protection': ['protection'],
  'foldcast:Send': ['send'],
  'foldcast:Send$aws:lambda/eventSourceMapping:EventSourceMapping': ['send-deliveries'],
  'foldcast:Send$foldcast:LambdaFunction': ['send'],
  'foldcast:SocketApi': ['socket'],
  'foldcast:SocketApi$aws:apigatewayv2/api:Api': ['socket'],
  'foldcast:SocketRoutes$aws:apigatewayv2/integration:Integration': routed.map((name) => `stage-${name}`),
  'foldcast:SocketRoutes$aws:apigatewayv2/route:Route': keyed,
  'foldcast:SocketRoutes$aws:apigatewayv2/routeResponse:RouteResponse': [
    'stage-self-ping',
    'stage-self-whoAmI',
    'stage-upload-upload',
  ],
  'foldcast:SocketRoutes$aws:lambda/permission:Permission': routed.map((name) => `stage-${name}`),
  'foldcast:SocketStage': ['stage'],
  'foldcast:SocketStage$aws:apigatewayv2/deployment:Deployment': ['stage-deployment'],
  'foldcast:SocketStage$aws:apigatewayv2/stage:Stage': ['stage'],
  'foldcast:SocketStage$foldcast:SocketRoutes': routed.map((name) => `stage-${name}`),
  'foldcast:Watch': ['watch'],
  'foldcast:Watch$aws:cloudwatch/metricAlarm:MetricAlarm': [
    'watch-integration-errors',
    'watch-refused',
    'watch-routes-throttled',
    'watch-slow',
    'watch-workers-throttled',
  ],
};

it('names every resource and puts it under its parent as before: Pulumi deletes and makes anew what it does not find', async () => {
  const { resources } = await readGraph({ project: join(import.meta.dirname, '../..'), stack: 'dev', port: 3000 });
  const pinned = Object.entries(names).flatMap(([type, of]) => of.map((name) => `${type}::${name}`));
  // Mocks write the stack before what is at the top; the engine does not.
  const urns = resources.map(({ urn }) => urn.replace(/^urn:pulumi:dev::foldcast::(pulumi:pulumi:Stack\$)?/, ''));
  expect(urns.toSorted()).toEqual(pinned.toSorted());
});
