import { expect, it } from 'vitest';
import { createAuthorizer } from '../../iam/authorizer.ts';
import { allow, attachment, call, deny, graph, managed, policy, role, stage } from './graph.ts';

const heads = 'arn:aws:dynamodb:us-east-1:000000000000:table/heads';
const update = call('UpdateItem', { TableName: 'heads' });

it('allows what a policy allows', () => {
  const { authorize } = createAuthorizer(graph(role(), policy(allow('dynamodb:UpdateItem', heads))));
  expect(() => authorize(update)).not.toThrow();
});

it('denies what no policy allows, in AWS’s words', () => {
  const { authorize } = createAuthorizer(graph(role(), policy(allow('dynamodb:GetItem', heads))));
  expect(() => authorize(update)).toThrow(
    expect.objectContaining({
      name: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::000000000000:assumed-role/worker-role/worker is not authorized to perform: dynamodb:UpdateItem on resource: ${heads} because no identity-based policy allows the dynamodb:UpdateItem action`,
    }),
  );
});

it('decides the same when it is asked again', () => {
  const { authorize } = createAuthorizer(graph(role(), policy(allow('dynamodb:UpdateItem', heads))));
  const read = call('GetItem', { TableName: 'heads' });
  for (let again = 0; again < 3; again++) {
    expect(() => authorize(update)).not.toThrow();
    expect(() => authorize(read)).toThrow(/GetItem/);
  }
});

it('answers 403 for posts to connections', () => {
  const { authorize } = createAuthorizer(graph(role(), stage));
  expect(() => authorize(call('PostToConnection', { stage: 'dev', ConnectionId: 'c1=' }))).toThrow(
    expect.objectContaining({ status: 403, name: 'AccessDeniedException' }),
  );
});

it('lets a denial outweigh every permission', () => {
  const { authorize } = createAuthorizer(
    graph(role(), policy(allow('dynamodb:*', '*'), deny('dynamodb:Update*', heads))),
  );
  expect(() => authorize(update)).toThrow(/with an explicit deny in an identity-based policy$/);
  expect(() => authorize(call('GetItem', { TableName: 'heads' }))).not.toThrow();
});

it('denies everything to a function whose role is not in the program', () => {
  const { authorize } = createAuthorizer(graph());
  expect(() => authorize(update)).toThrow(/is not authorized to perform: dynamodb:UpdateItem/);
});

it('lets an operator do everything', () => {
  const { authorize } = createAuthorizer(graph());
  expect(() => authorize({ ...update, caller: { kind: 'operator' } })).not.toThrow();
});

it('asks for every table of a batch', () => {
  const { authorize } = createAuthorizer(graph(role(), policy(allow('dynamodb:BatchWriteItem', heads))));
  expect(() => authorize(call('BatchWriteItem', { RequestItems: { heads: [] } }))).not.toThrow();
  expect(() => authorize(call('BatchWriteItem', { RequestItems: { heads: [], other: [] } }))).toThrow(/table\/other/);
});

it('decides for all connections at once, and for each method apart', () => {
  const posts = 'arn:aws:execute-api:us-east-1:000000000000:abc/dev/POST/@connections/*';
  const { authorize } = createAuthorizer(graph(role(), stage, policy(allow('execute-api:ManageConnections', posts))));
  for (const id of ['c1=', 'c2=']) {
    const input = { stage: 'dev', ConnectionId: id };
    expect(() => authorize(call('PostToConnection', input))).not.toThrow();
    expect(() => authorize(call('DeleteConnection', input))).toThrow(/DELETE\/@connections/);
  }
  expect(() => authorize(call('PostToConnection', { stage: 'other', ConnectionId: 'c1=' }))).toThrow(/other\/POST/);
});

it('keeps objects of one bucket apart', () => {
  const { authorize } = createAuthorizer(graph(role(), policy(allow('s3:GetObject', 'arn:aws:s3:::files/public/*'))));
  expect(() => authorize(call('GetObject', { Bucket: 'files', Key: 'public/a' }))).not.toThrow();
  expect(() => authorize(call('GetObject', { Bucket: 'files', Key: 'private/a' }))).toThrow(
    expect.objectContaining({ name: 'AccessDenied', status: 403 }),
  );
});

it.each([
  [
    'an inline policy',
    graph(
      role({
        inlinePolicies: [{ name: 'own', policy: JSON.stringify({ Statement: allow('dynamodb:UpdateItem', heads) }) }],
      }),
    ),
  ],
  [
    'an attached policy of the program',
    graph(role(), managed(allow('dynamodb:UpdateItem', heads)), attachment('arn:shared')),
  ],
  [
    'a policy that the role lists',
    graph(role({ managedPolicyArns: ['arn:shared'] }), managed(allow('dynamodb:UpdateItem', heads))),
  ],
  [
    'all actions but another',
    graph(role(), policy({ Effect: 'Allow', NotAction: 'dynamodb:DeleteItem', Resource: heads })),
  ],
  [
    'all resources but another',
    graph(role(), policy({ Effect: 'Allow', Action: 'dynamodb:UpdateItem', NotResource: `${heads}2` })),
  ],
  ['an action in other letters', graph(role(), policy(allow('DynamoDB:updateitem', heads)))],
  ['? and *', graph(role(), policy(allow('dynamodb:Update*', 'arn:aws:dynamodb:*:table/head?')))],
])('reads %s', (_, program) => {
  expect(() => createAuthorizer(program).authorize(update)).not.toThrow();
  expect(() => createAuthorizer(program).authorize(call('DeleteItem', { TableName: 'heads2' }))).toThrow(/DeleteItem/);
});

it('passes over AWS’s policy for logs', () => {
  const logs = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  expect(() => createAuthorizer(graph(role(), attachment(logs)))).not.toThrow();
});

it.each([
  [
    'a condition',
    graph(role(), policy({ ...allow('s3:*', '*'), Condition: { Bool: {} } })),
    /the policy “worker-policy”: a statement has what is not evaluated here \(.*Condition.*\)\.$/,
  ],
  [
    'a policy variable',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is IAM's placeholder, not JavaScript's.
    graph(role(), policy(allow('s3:*', 'arn:aws:s3:::files/${aws:username}/*'))),
    /“worker-policy”: policy variables are not evaluated here\.$/,
  ],
  [
    'a statement about nothing',
    graph(role(), policy({ Effect: 'Allow', Action: 's3:*' })),
    /“worker-policy”: a statement names no resource\.$/,
  ],
  [
    'a text that is no policy',
    graph(role({ inlinePolicies: [{ name: 'own', policy: 'all' }] })),
    /“worker-role\/own”: it is not a policy document\.$/,
  ],
  [
    'a policy of AWS’s that is not here',
    graph(role(), attachment('arn:aws:iam::aws:policy/AdministratorAccess')),
    /does not have the policy arn:aws:iam::aws:policy\/AdministratorAccess of the role “worker-role”/,
  ],
])('does not start with %s', (_, program, message) => {
  expect(() => createAuthorizer(program)).toThrow(message);
});
