import { expect, it } from 'vitest';
import { createAuthorizer } from '../../iam/authorizer.ts';
import { allow, bucket, bucketPolicy, call, deny, graph, policy, queue, queuePolicy, role, roleArn } from './graph.ts';

const jobs = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const send = call('SendMessage', { QueueUrl: 'http://127.0.0.1:4000/000000000000/jobs' });
const put = call('PutObject', { Bucket: 'files', Key: 'a' });
const all = policy(allow(['sqs:*', 's3:*'], '*'));
const noTls = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const tls = { Condition: { Bool: { 'aws:SecureTransport': ['true'] } } };
const everybody = { Principal: '*' };

it('takes all calls for calls over TLS: what denies others denies nothing', () => {
  const { authorize } = createAuthorizer(
    graph(
      role(),
      all,
      queue(),
      bucket,
      queuePolicy({ ...deny('sqs:*', jobs), ...everybody, ...noTls }),
      bucketPolicy({ ...deny('s3:*', 'arn:aws:s3:::files/*'), ...everybody, ...noTls }),
    ),
  );
  expect(() => authorize(send)).not.toThrow();
  expect(() => authorize(put)).not.toThrow();
});

it('evaluates that condition in the policies of roles too', () => {
  const bothWays = (more: object) =>
    createAuthorizer(graph(role(), queue(), policy({ ...allow('sqs:*', '*'), ...more }))).authorize;
  expect(() => bothWays(tls)(send)).not.toThrow();
  expect(() => bothWays(noTls)(send)).toThrow(/no identity-based policy allows/);
});

it.each([
  ['a queue', send, queuePolicy({ ...deny('sqs:SendMessage', jobs), ...everybody })],
  ['a queue, for calls over TLS', send, queuePolicy({ ...deny('sqs:*', jobs), ...everybody, ...tls })],
  ['a queue, written at the queue', send, undefined],
  ['a bucket', put, bucketPolicy({ ...deny('s3:PutObject', 'arn:aws:s3:::files/*'), ...everybody })],
  ['a bucket, to the role', put, bucketPolicy({ ...deny('s3:*', '*'), Principal: { AWS: roleArn } })],
  ['a bucket, to the account', put, bucketPolicy({ ...deny('s3:*', '*'), Principal: { AWS: ['000000000000'] } })],
])('lets a denial of %s outweigh what the role may do', (_, to, its) => {
  const own = queue({ policy: JSON.stringify({ Statement: { ...deny('sqs:SendMessage', jobs), ...everybody } }) });
  const { authorize } = createAuthorizer(graph(role(), all, its ? queue() : own, bucket, ...(its ? [its] : [])));
  expect(() => authorize(to)).toThrow(/with an explicit deny in a resource-based policy$/);
});

it('denies nothing of another queue, or to another role', () => {
  const others = [
    queuePolicy({ ...deny('sqs:*', '*'), Principal: { AWS: `${roleArn}-other` } }),
    bucketPolicy({ ...deny('*', '*'), ...everybody }),
  ];
  const { authorize } = createAuthorizer(graph(role(), all, queue(), bucket, ...others));
  expect(() => authorize(send)).not.toThrow();
});

it.each([
  ['everybody', '*', true],
  ['the role', { AWS: roleArn }, true],
  ['the account, whose roles say who', { AWS: 'arn:aws:iam::000000000000:root' }, false],
  ['a service', { Service: 's3.amazonaws.com' }, false],
])('lets a queue allow what the role does not: to %s', (_, Principal, isAllowed) => {
  const { authorize } = createAuthorizer(
    graph(role(), queue(), queuePolicy({ ...allow('sqs:SendMessage', jobs), Principal })),
  );
  const attempt = expect(() => authorize(send));
  if (isAllowed) attempt.not.toThrow();
  else attempt.toThrow(/no identity-based policy allows the sqs:SendMessage action/);
});

it('passes over what a service may do, under whatever conditions', () => {
  const ofService = { ...allow('sqs:SendMessage', jobs), Principal: { Service: 's3.amazonaws.com' } };
  const its = queuePolicy({ ...ofService, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::files' } } });
  expect(() => createAuthorizer(graph(role(), all, queue(), its)).authorize(send)).not.toThrow();
});

it.each([
  [
    'nobody',
    queuePolicy(deny('sqs:*', jobs)),
    /“jobs-policy”: a statement has what is not evaluated here \(.*Principal/,
  ],
  [
    'a session',
    queuePolicy({ ...deny('sqs:*', jobs), Principal: { AWS: 'arn:aws:sts::0:assumed-role/a/b' } }),
    /name the role/,
  ],
  ['all but one', queuePolicy({ ...deny('sqs:*', jobs), NotPrincipal: '*' }), /NotPrincipal/],
  [
    'an address',
    queuePolicy({ ...deny('sqs:*', jobs), ...everybody, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    /Condition/,
  ],
])('does not start with a policy about %s', (_, its, message) => {
  expect(() => createAuthorizer(graph(role(), queue(), its))).toThrow(message);
});

it('does not start with a policy of no queue or bucket of the program', () => {
  expect(() => createAuthorizer(graph(queuePolicy()))).toThrow(/“jobs-policy” is a policy of nothing in this program/);
  expect(() => createAuthorizer(graph(bucketPolicy()))).toThrow(
    /“files-policy” is a policy of nothing in this program/,
  );
});
