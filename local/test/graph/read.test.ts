import { expect, it } from 'vitest';
import { standIn } from '../../graph/project.ts';
import { readGraph } from '../../graph/read.ts';
import { graphOf, named } from './program.ts';

const component = `
  class Shop extends pulumi.ComponentResource {
    constructor(name) {
      super('shop:Shop', name);
      const orders = new aws.sqs.Queue(name + '-orders', {}, { parent: this });
      const keep = new aws.cloudwatch.LogGroup(name + '-keep', { name: pulumi.interpolate\`/of/\${orders.name}\` }, { parent: this });
      new aws.sqs.Queue(name + '-late', {}, { parent: this, dependsOn: [keep] });
      this.registerOutputs({});
    }
  }
  new Shop('corner');
`;

it('knows the parent of a resource', async () => {
  const graph = await graphOf(component);
  const shop = named(graph, 'corner');
  expect(named(graph, 'corner-orders').parent).toBe(shop.urn);
  expect(shop.parent).toBe(named(graph, 'shop-test').urn);
  expect(named(graph, 'shop-test')).not.toHaveProperty('parent');
});

it('knows what a resource depends on, by its inputs and by being told', async () => {
  const graph = await graphOf(component);
  expect(named(graph, 'corner-keep').dependencies).toEqual([named(graph, 'corner-orders').urn]);
  expect(named(graph, 'corner-late').dependencies).toEqual([named(graph, 'corner-keep').urn]);
  expect(named(graph, 'corner-orders').dependencies).toEqual([]);
});

it('tells the program that it is here, and not on AWS', async () => {
  const graph = await graphOf(`new aws.sqs.Queue('queue', { tags: { local: process.env.PULUMI_LOCAL ?? 'no' } });`);
  expect(named(graph, 'queue').inputs.tags).toEqual({ local: 'true' });
});

it('waits for resources whose inputs wait for the outputs of others, many deep', async () => {
  const graph = await graphOf(`
    let last = new aws.sqs.Queue('queue-0');
    for (let n = 1; n <= 30; n++) last = new aws.sqs.Queue('queue-' + n, { tags: { before: last.arn } });
  `);
  expect(named(graph, 'queue-30').inputs.tags).toEqual({ before: named(graph, 'queue-29').outputs.arn });
});

it('gives outputs of other resources as values, secrets opened, and code as its path', async () => {
  const graph = await graphOf(`
    const role = new aws.iam.Role('role', { assumeRolePolicy: '{}' });
    new aws.lambda.Function('greet', {
      role: role.arn, runtime: 'nodejs24.x', handler: 'index.handler',
      code: new pulumi.asset.FileArchive('/some/where'),
      environment: { variables: { TOKEN: pulumi.secret('hush'), ROLE: role.name } },
    });
  `);
  expect(named(graph, 'greet').inputs).toMatchObject({
    role: 'arn:aws:iam::000000000000:role/role',
    code: { path: '/some/where' },
    environment: { variables: { TOKEN: 'hush', ROLE: 'role' } },
  });
});

it('gives what AWS would add, named after the resource, with local URLs on the port', async () => {
  const graph = await graphOf(`
    const table = { hashKey: 'id', attributes: [{ name: 'id', type: 'S' }], billingMode: 'PAY_PER_REQUEST' };
    new aws.dynamodb.Table('plain', table);
    new aws.dynamodb.Table('streamed', { ...table, name: 'given', streamEnabled: true, streamViewType: 'NEW_IMAGE' });
    new aws.sqs.Queue('jobs');
    new aws.sqs.Queue('ordered', { fifoQueue: true });
    const api = new aws.apigatewayv2.Api('chat', { protocolType: 'WEBSOCKET', routeSelectionExpression: '$request.body.action' });
    const stage = new aws.apigatewayv2.Stage('live', { apiId: api.id, name: 'v1' });
    export const url = stage.invokeUrl;
  `);
  expect(named(graph, 'plain').outputs).not.toHaveProperty('streamArn');
  expect(named(graph, 'streamed').outputs).toMatchObject({
    id: 'given',
    arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/given',
    streamArn: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:000000000000:table\/given\/stream\/[\d:T.-]+$/),
  });
  expect(named(graph, 'jobs').outputs).toMatchObject({
    url: 'http://127.0.0.1:4000/000000000000/jobs',
    arn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
  });
  expect(named(graph, 'ordered').outputs.name).toBe('ordered.fifo');
  expect(named(graph, 'chat').outputs).toMatchObject({
    apiEndpoint: 'ws://localhost:4000',
    executionArn: 'arn:aws:execute-api:us-east-1:000000000000:chat',
  });
  expect(graph.outputs).toEqual({ url: 'ws://localhost:4000/v1' });
});

it('configures the program as Pulumi would, from the project and from the stack', async () => {
  const graph = await graphOf(
    `const config = new pulumi.Config();
     export const all = [config.require('word'), config.requireBoolean('flag'), config.requireNumber('size'), config.requireObject('list')];
     export const names = [pulumi.getProject(), pulumi.getStack(), new pulumi.Config('aws').require('region')];`,
    {
      project: 'name: shop\nmain: infra/index.ts\nconfig:\n  word: default\n  size: { type: integer, default: 3 }\n',
      stack: 'config:\n  aws:region: eu-west-1\n  shop:word: given\n  shop:flag: true\n  shop:list: [a, b]\n',
    },
  );
  expect(graph.outputs).toEqual({ all: ['given', true, 3, ['a', 'b']], names: ['shop', 'test', 'eu-west-1'] });
});

it.each([
  ['an object', `export default { name: new aws.sqs.Queue('jobs').name };`],
  ['a function', `export default async () => ({ name: new aws.sqs.Queue('jobs').name });`],
])('takes a default export for all that a program exports: %s', async (_, program) => {
  expect((await graphOf(program)).outputs).toEqual({ name: 'jobs' });
});

it('answers who and where the program is', async () => {
  const graph = await graphOf(`export const account = aws.getCallerIdentityOutput().accountId;`);
  expect(graph.outputs).toEqual({ account: '000000000000' });
});

it.each([
  [
    'a type that no engine runs',
    `new aws.ec2.Instance('server', { ami: 'ami-1', instanceType: 't4g.nano' });`,
    'The local runtime does not know aws:ec2/instance:Instance (“server”): give it an engine and its outputs in local/, or keep it out of this stack.',
  ],
  [
    'an API of another sort',
    `new aws.apigatewayv2.Api('rest', { protocolType: 'HTTP' });`,
    'The local runtime cannot run aws:apigatewayv2/api:Api (“rest”): of APIs it runs WebSocket APIs only.',
  ],
  [
    'two resources of one name',
    `new aws.sqs.Queue('jobs'); new aws.sqs.Queue('jobs');`,
    'There are two aws:sqs/queue:Queue named “jobs”: give one another name.',
  ],
  [
    'code that is not on this machine',
    `new aws.lambda.Function('far', { role: 'r', code: new pulumi.asset.RemoteArchive('https://example.com/a.zip') });`,
    'The local runtime cannot read aws:lambda/function:Function (“far”): it has an asset that is not a file or a folder.',
  ],
  [
    'a question without an answer',
    `aws.ec2.getVpcOutput({ default: true });`,
    'The local runtime cannot answer aws:ec2/getVpc:getVpc: give it an answer in local/graph/outputs.ts, or pass the value in.',
  ],
  ['an error of its own', `throw new pulumi.RunError('Set shop:word.');`, 'Set shop:word.'],
  [
    'an error',
    `aws.sqs.nothing();`,
    expect.stringMatching(/^The Pulumi program .*infra\/index\.ts failed: aws\.sqs\.nothing is not a function$/),
  ],
  [
    'an error inside apply',
    `new aws.sqs.Queue('jobs').arn.apply(() => { throw new Error('Late.'); });`,
    expect.stringMatching(/failed: Late\.$/),
  ],
  [
    'two that wait for each other',
    `let later; const arn = new Promise((resolve) => { later = resolve; });
     new aws.sqs.Queue('late', { tags: { arn } }).arn.apply((own) => later(own));`,
    expect.stringMatching(/failed: it waits without end, for an output or a promise that needs what comes after it\.$/),
  ],
  [
    'two sorts of exports',
    `export const a = 1; export default { b: 2 };`,
    expect.stringMatching(/has a default export and others: Pulumi takes the one or the others\.$/),
  ],
  ['an exit', `process.exit(0);`, expect.stringMatching(/it must not call process\.exit\.$/)],
])('says in one sentence what is wrong: %s', async (_, program, message) => {
  await expect(graphOf(program)).rejects.toMatchObject({ message });
});

it.each([
  ['a stack file that is no YAML', { stack: 'config: [' }, expect.stringMatching(/^Pulumi\.test\.yaml is not YAML: /)],
])('says in one sentence what is wrong with the configuration: %s', async (_, files, message) => {
  await expect(graphOf('', files)).rejects.toMatchObject({ message });
});

it('gives a program what stands in for its secrets, names it, and never the cipher', async () => {
  const said: string[] = [];
  const { outputs } = await graphOf(
    `const config = new pulumi.Config('shop');
     export const key = config.requireSecret('key');
     export const many = config.requireSecretObject('many');
     export const isSecret = pulumi.isSecret(key);`,
    { stack: 'config:\n  shop:key: { secure: AAAB }\n  shop:many: { a: [{ secure: AAAC }], b: { secured: 7 } }\n' },
    (line) => said.push(line),
  );
  expect(outputs).toMatchObject({
    key: standIn('shop:key'),
    many: { a: [standIn('shop:many')], b: { secured: 7 } },
    isSecret: true,
  });
  expect(standIn('a').length).toBeGreaterThanOrEqual(64);
  expect(said).toEqual(
    ['shop:key', 'shop:many'].map((key) => `${key} is encrypted in Pulumi.test.yaml: here it is “${standIn(key)}”.`),
  );
});

it('says which file is missing for a stack that there is not', async () => {
  await expect(readGraph({ project: import.meta.dirname, stack: 'test', port: 4000 })).rejects.toThrow(
    /^There is no Pulumi\.yaml in .*: start where it is/,
  );
});
