import type { Call, Graph, Resource } from '../../aws.ts';

const resource = (type: string, name: string, inputs: Record<string, unknown>, outputs = {}): Resource => ({
  type,
  name,
  urn: `urn:${type}::${name}`,
  inputs,
  outputs: { ...inputs, ...outputs },
  dependencies: [],
});

export const roleArn = 'arn:aws:iam::000000000000:role/worker-role';

export const role = (inputs: Record<string, unknown> = {}): Resource =>
  resource('aws:iam/role:Role', 'worker-role', inputs, { name: 'worker-role', arn: roleArn });

export const stage = resource('aws:apigatewayv2/stage:Stage', 'live', { apiId: 'abc', name: 'dev' });

/** A policy of the role `worker-role`. */
export const policy = (...statements: readonly object[]): Resource =>
  resource('aws:iam/rolePolicy:RolePolicy', 'worker-policy', {
    role: 'worker-role',
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });

export const managed = (...statements: readonly object[]): Resource =>
  resource(
    'aws:iam/policy:Policy',
    'shared',
    { policy: JSON.stringify({ Statement: statements }) },
    { arn: 'arn:shared' },
  );

export const attachment = (policyArn: string): Resource =>
  resource('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'worker-shared', { role: 'worker-role', policyArn });

export const queue = (inputs: Record<string, unknown> = {}): Resource =>
  resource('aws:sqs/queue:Queue', 'jobs', inputs, {
    url: 'http://127.0.0.1:4000/000000000000/jobs',
    arn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
  });

export const queuePolicy = (...statements: readonly object[]): Resource =>
  resource('aws:sqs/queuePolicy:QueuePolicy', 'jobs-policy', {
    queueUrl: 'http://127.0.0.1:4000/000000000000/jobs',
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });

export const bucket = resource('aws:s3/bucket:Bucket', 'files', {}, { bucket: 'files', arn: 'arn:aws:s3:::files' });

export const bucketPolicy = (...statements: readonly object[]): Resource =>
  resource('aws:s3/bucketPolicy:BucketPolicy', 'files-policy', {
    bucket: 'files',
    policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });

export const graph = (...resources: readonly Resource[]): Graph => ({ port: 4000, resources, outputs: {} });

export const allow = (action: string | readonly string[], to: string | readonly string[]) => ({
  Effect: 'Allow',
  Action: action,
  Resource: to,
});
export const deny = (action: string, to: string) => ({ Effect: 'Deny', Action: action, Resource: to });

const serviceOf = (operation: string): Call['service'] => {
  if (operation.endsWith('Connection')) return 'execute-api';
  if (/Message|Queue/.test(operation)) return 'sqs';
  return /Object|Bucket|Upload/.test(operation) ? 's3' : 'dynamodb';
};

/** A call by the function `worker`. */
export const call = (operation: string, input: Call['input']): Call => ({
  caller: { kind: 'function', name: 'worker', role: roleArn },
  service: serviceOf(operation),
  operation,
  input,
});
