import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import policy from '../../docs/deploy-policy.json' with { type: 'json' };
import { types } from '../engine/aws/types.ts';

const apis = ['apigateway:POST', 'apigateway:GET', 'apigateway:PATCH', 'apigateway:DELETE'];
const bucket = (...names: readonly string[]) => names.map((name) => `s3:${name}`);
const manage = (service: string, what: string, ...verbs: readonly string[]) =>
  (verbs.length > 0 ? verbs : ['Create', 'Get', 'Update', 'Delete']).map((verb) => `${service}:${verb}${what}`);

/** What Pulumi's provider calls to make, read, change and delete each type of resource. Source: Service Authorization Reference, by service. */
const needs: Readonly<Record<string, readonly string[]>> = {
  'aws:dynamodb/table:Table': [
    ...manage('dynamodb', 'Table', 'Create', 'Describe', 'Update', 'Delete'),
    ...['dynamodb:UpdateTimeToLive', 'dynamodb:DescribeTimeToLive', 'dynamodb:UpdateContinuousBackups'],
    ...['dynamodb:DescribeContinuousBackups', 'dynamodb:TagResource', 'dynamodb:ListTagsOfResource'],
  ],
  'aws:lambda/function:Function': [
    'lambda:CreateFunction',
    'lambda:GetFunction',
    'lambda:UpdateFunctionCode',
    'lambda:PublishVersion',
    'lambda:DeleteFunction',
    'iam:PassRole',
  ],
  'aws:lambda/alias:Alias': manage('lambda', 'Alias'),
  'aws:lambda/permission:Permission': ['lambda:AddPermission', 'lambda:GetPolicy', 'lambda:RemovePermission'],
  'aws:lambda/eventSourceMapping:EventSourceMapping': manage('lambda', 'EventSourceMapping'),
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': [
    'lambda:PutFunctionEventInvokeConfig',
    'lambda:DeleteFunctionEventInvokeConfig',
  ],
  'aws:iam/role:Role': [
    'iam:CreateRole',
    'iam:GetRole',
    'iam:DeleteRole',
    'iam:ListInstanceProfilesForRole',
    'iam:TagRole',
  ],
  'aws:iam/rolePolicy:RolePolicy': manage('iam', 'RolePolicy', 'Put', 'Get', 'Delete'),
  'aws:sqs/queue:Queue': [
    'sqs:CreateQueue',
    'sqs:GetQueueAttributes',
    'sqs:SetQueueAttributes',
    'sqs:DeleteQueue',
    'sqs:ListQueueTags',
  ],
  'aws:sqs/queuePolicy:QueuePolicy': ['sqs:SetQueueAttributes'],
  'aws:s3/bucket:Bucket': bucket('CreateBucket', 'DeleteBucket', 'ListBucket', 'GetBucketTagging', 'PutBucketTagging'),
  'aws:s3/bucketPolicy:BucketPolicy': bucket('PutBucketPolicy', 'GetBucketPolicy', 'DeleteBucketPolicy'),
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': bucket(
    'PutBucketPublicAccessBlock',
    'GetBucketPublicAccessBlock',
  ),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': bucket(
    'PutEncryptionConfiguration',
    'GetEncryptionConfiguration',
  ),
  'aws:s3/bucketVersioning:BucketVersioning': bucket('PutBucketVersioning', 'GetBucketVersioning'),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': bucket(
    'PutLifecycleConfiguration',
    'GetLifecycleConfiguration',
  ),
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': bucket('PutBucketCORS', 'GetBucketCORS'),
  'aws:s3/bucketNotification:BucketNotification': bucket('PutBucketNotification', 'GetBucketNotification'),
  'aws:s3/bucketObjectv2:BucketObjectv2': bucket('PutObject', 'GetObject', 'DeleteObject'),
  'aws:cloudwatch/logGroup:LogGroup': [
    'logs:CreateLogGroup',
    'logs:DeleteLogGroup',
    'logs:PutRetentionPolicy',
    'logs:DescribeLogGroups',
    'logs:ListTagsForResource',
  ],
  'aws:cloudwatch/metricAlarm:MetricAlarm': [
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:DeleteAlarms',
  ],
  'aws:cloudwatch/dashboard:Dashboard': [
    'cloudwatch:PutDashboard',
    'cloudwatch:GetDashboard',
    'cloudwatch:DeleteDashboards',
  ],
  'aws:cloudwatch/eventRule:EventRule': [
    'events:PutRule',
    'events:DescribeRule',
    'events:DeleteRule',
    'events:ListTagsForResource',
  ],
  'aws:cloudwatch/eventTarget:EventTarget': ['events:PutTargets', 'events:ListTargetsByRule', 'events:RemoveTargets'],
  'aws:sns/topic:Topic': ['sns:CreateTopic', 'sns:GetTopicAttributes', 'sns:SetTopicAttributes', 'sns:DeleteTopic'],
  'aws:sns/topicPolicy:TopicPolicy': ['sns:SetTopicAttributes'],
  'aws:sns/topicSubscription:TopicSubscription': ['sns:Subscribe', 'sns:GetSubscriptionAttributes', 'sns:Unsubscribe'],
  'aws:budgets/budget:Budget': ['budgets:ViewBudget', 'budgets:ModifyBudget'],
  'aws:apigatewayv2/api:Api': apis,
  'aws:apigatewayv2/authorizer:Authorizer': apis,
  'aws:apigatewayv2/integration:Integration': apis,
  'aws:apigatewayv2/route:Route': apis,
  'aws:apigatewayv2/routeResponse:RouteResponse': apis,
  'aws:apigatewayv2/integrationResponse:IntegrationResponse': apis,
  'aws:apigatewayv2/deployment:Deployment': apis,
  'aws:apigatewayv2/stage:Stage': [...apis, 'logs:CreateLogDelivery', 'iam:CreateServiceLinkedRole'],
  'aws:apigatewayv2/domainName:DomainName': apis,
  'aws:apigatewayv2/apiMapping:ApiMapping': apis,
  'aws:acm/certificate:Certificate': [
    'acm:RequestCertificate',
    'acm:DescribeCertificate',
    'acm:DeleteCertificate',
    'acm:ListTagsForCertificate',
  ],
  'aws:acm/certificateValidation:CertificateValidation': ['acm:DescribeCertificate'],
  'aws:route53/record:Record': [
    'route53:ChangeResourceRecordSets',
    'route53:ListResourceRecordSets',
    'route53:GetChange',
    'route53:GetHostedZone',
  ],
  'aws:cloudfront/distribution:Distribution': [
    ...manage('cloudfront', 'Distribution'),
    'cloudfront:ListTagsForResource',
  ],
  'aws:cloudfront/originAccessControl:OriginAccessControl': manage('cloudfront', 'OriginAccessControl'),
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': manage('cloudfront', 'ResponseHeadersPolicy'),
};

const allowed = policy.Statement.flatMap(({ Action }) => [Action].flat());
const isAllowed = (action: string): boolean =>
  allowed.some((each) => each === action || (each.endsWith('*') && action.startsWith(each.slice(0, -1))));

/** The types that the engine's tests know are those that there can be: they fail at any other. */
it.each(Object.keys(types))('lets whoever deploys manage each %s', (type) => {
  expect(needs, 'say what the provider calls for it').toHaveProperty([type]);
  expect((needs[type] ?? []).filter((action) => !isAllowed(action))).toEqual([]);
});

it('is about what the program names, but where a service has no names', async () => {
  const prefix = (await readFile('Pulumi.yaml', 'utf8')).match(/pattern: \$\{project\}-/);
  expect(prefix).not.toBeNull();
  const everywhere = policy.Statement.filter(({ Resource }) => [Resource].flat().includes('*')).map(({ Sid }) => Sid);
  expect(everywhere).toEqual(['MappingsHaveNoNames', 'LogsOfApiGateway', 'DomainsAndPages', 'WhoAmI']);
});
