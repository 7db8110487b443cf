import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Graph, type Resource, readGraph, resourcesOf } from 'pulumi-local';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../domain/routes.ts';

const project = join(import.meta.dirname, '../..');
let graph: Graph;
beforeAll(async () => {
  graph = await readGraph({ project, stack: 'dev', port: 3000 });
});

const functions = () => resourcesOf(graph, 'aws:lambda/function:Function');
const queues = () => resourcesOf(graph, 'aws:sqs/queue:Queue');
const mappings = () => resourcesOf(graph, 'aws:lambda/eventSourceMapping:EventSourceMapping');

const one = (type: string, matches: (resource: Resource) => boolean): Resource => {
  const found = resourcesOf(graph, type).filter(matches);
  expect(found).toHaveLength(1);
  return found[0] as Resource;
};

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const statementsOf = (fn: Resource): Statement[] => {
  const role = one('aws:iam/role:Role', ({ outputs }) => outputs.arn === fn.inputs.role);
  const policy = one('aws:iam/rolePolicy:RolePolicy', ({ inputs }) => inputs.role === role.outputs.name);
  return JSON.parse(String(policy.inputs.policy)).Statement;
};

describe('functions', () => {
  it('deploys every folder of functions/ that has an entry, and no other', () => {
    const entries = readdirSync(join(project, 'functions'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const deployed = functions().map(({ inputs }) => (inputs.code as { path: string }).path);
    // Nobody signs in to this stack, and all is kept.
    const names = entries.map(({ name }) => name).filter((name) => !['authorize', 'sweep'].includes(name));
    expect(deployed.toSorted()).toEqual(names.map((name) => join(project, 'dist/local', name)).toSorted());
  });

  it('bundles each with its source map', () => {
    for (const { inputs } of functions()) {
      expect(readdirSync((inputs.code as { path: string }).path).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
    }
  });

  it('gives each a log group of its own, with retention', () => {
    const groups = functions().map((fn) => {
      const { logGroup } = fn.inputs.loggingConfig as { logGroup: string };
      return one('aws:cloudwatch/logGroup:LogGroup', ({ outputs }) => outputs.name === logGroup);
    });
    expect(new Set(groups).size).toBe(functions().length);
    for (const { inputs } of groups) expect(inputs.retentionInDays).toBe(30);
  });

  it('gives each an alias for the version that is published', () => {
    for (const { inputs, outputs } of functions()) {
      expect(inputs.publish).toBe(true);
      const alias = one('aws:lambda/alias:Alias', (each) => each.inputs.functionName === outputs.name);
      expect(alias.inputs).toEqual({ name: 'live', functionName: outputs.name, functionVersion: outputs.version });
    }
  });

  it('names the alias wherever one is invoked: a way back is a change of the aliases alone', () => {
    const names = JSON.stringify(graph.resources.map(({ type, inputs }) => [type, inputs]))
      .match(/arn:aws:lambda:[a-z0-9-]+:\d+:function:[\w:-]+/g)
      ?.map((arn) => arn.split(':').slice(6).join(':'));
    const invoked = [...new Set(names)].toSorted();
    expect(invoked).toEqual(
      functions()
        .map(({ outputs }) => `${outputs.name}:live`)
        .toSorted(),
    );
    for (const { inputs } of resourcesOf(graph, 'aws:lambda/permission:Permission'))
      expect(inputs.qualifier).toBe('live');
  });

  it('puts what hears in use before what says: the sender, then the fold, then whoever appends', () => {
    const byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
    const waitsFor = (urn: string, seen = new Set<string>()): Set<string> => {
      for (const each of byUrn.get(urn)?.dependencies ?? []) if (!seen.has(each)) waitsFor(each, seen.add(each));
      return seen;
    };
    const live = (of: string) => one('aws:lambda/alias:Alias', ({ name }) => name === `${of}-live`).urn;
    expect(waitsFor(live('fold'))).toContain(live('send'));
    for (const each of ['append', 'presence', 'notices']) expect(waitsFor(live(each))).toContain(live('fold'));
    expect(waitsFor(live('send'))).not.toContain(live('append'));
  });

  it('gives each a role of its own, with one policy and no other', () => {
    const roles = functions().map(({ inputs }) => inputs.role);
    expect(new Set(roles).size).toBe(functions().length);
    for (const role of resourcesOf(graph, 'aws:iam/role:Role')) {
      expect(role.inputs).not.toHaveProperty('inlinePolicies');
      expect(role.inputs).not.toHaveProperty('managedPolicyArns');
    }
    expect(resourcesOf(graph, 'aws:iam/rolePolicyAttachment:RolePolicyAttachment')).toEqual([]);
  });

  it('grants actions one by one', () => {
    for (const action of functions()
      .flatMap(statementsOf)
      .flatMap(({ Action }) => Action)) {
      expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
    }
  });

  it('grants on resources one by one: what is left open is a name to come, of a log stream, a connection or a file', () => {
    const ours = new Set(graph.resources.flatMap(({ outputs }) => [outputs.arn, outputs.streamArn]));
    for (const resource of functions()
      .flatMap(statementsOf)
      .flatMap(({ Resource }) => Resource)) {
      const named = resource
        .replace(/^(arn:aws:logs:.*):\*$/, '$1')
        .replace(/^(arn:aws:s3:::[^*]+)\/[^*/]+\/\*$/, '$1');
      const isConnections = /^arn:aws:execute-api:[^*]+\/dev\/(POST|DELETE)\/@connections\/\*$/.test(resource);
      expect(ours.has(named) || isConnections, resource).toBe(true);
    }
  });

  it('[A1] lets the append route write its head and read nothing', () => {
    const append = one('aws:lambda/function:Function', ({ name }) => name === 'append');
    const actions = statementsOf(append).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual(['dynamodb:UpdateItem']);
  });

  /** `<function> <action> <resource>` for each action of a service that a function may do. */
  const allowed = (service: string): string[] =>
    functions().flatMap((fn) =>
      statementsOf(fn).flatMap(({ Action, Resource }) =>
        Action.filter((action) => action.startsWith(`${service}:`)).flatMap((action) =>
          Resource.map((resource) => `${fn.name} ${action} ${resource.split(':').at(-1)}`),
        ),
      ),
    );

  it('lets those queue deliveries who have some, and the sender only park what it cannot read', () => {
    expect(allowed('sqs').toSorted()).toEqual([
      'fold sqs:SendMessage deliveries.fifo',
      'message sqs:SendMessage deliveries.fifo',
      'notices sqs:SendMessage notices-dead-letters',
      'send sqs:ChangeMessageVisibility deliveries.fifo',
      'send sqs:DeleteMessage deliveries.fifo',
      'send sqs:GetQueueAttributes deliveries.fifo',
      'send sqs:ReceiveMessage deliveries.fifo',
      'send sqs:SendMessage deliveries-dead-letters.fifo',
    ]);
  });

  it('[S1] [S3] lets nobody close connections but the sender, and those that say slow-down', () => {
    expect(
      allowed('execute-api')
        .filter((each) => each.includes('/DELETE/'))
        .toSorted(),
    ).toEqual([
      'append execute-api:ManageConnections socket/dev/DELETE/@connections/*',
      'membership execute-api:ManageConnections socket/dev/DELETE/@connections/*',
      'message execute-api:ManageConnections socket/dev/DELETE/@connections/*',
      'send execute-api:ManageConnections socket/dev/DELETE/@connections/*',
    ]);
  });

  it('[S1] lets the sender forget connections, and read neither heads nor the log', () => {
    expect(allowed('dynamodb').filter((each) => each.startsWith('send '))).toEqual([
      'send dynamodb:GetItem table/connections',
      'send dynamodb:BatchWriteItem table/connections',
      'send dynamodb:DeleteItem table/connections',
    ]);
  });

  it('tells the sender where what it needs is, and nothing of heads or log', () => {
    const send = one('aws:lambda/function:Function', ({ name }) => name === 'send');
    const { variables } = send.inputs.environment as { variables: Record<string, string> };
    const own = Object.fromEntries(Object.entries(variables).filter(([name]) => !/^(POWERTOOLS|NODE)_/.test(name)));
    expect(own).toEqual({
      CONNECTIONS_TABLE: 'connections',
      DELIVERIES_QUEUE_URL: graph.outputs.deliveriesQueueUrl,
      DEAD_LETTERS_URL: graph.outputs.deadLetterQueueUrl,
      MANAGEMENT_ENDPOINT: graph.outputs.managementEndpoint,
    });
  });
});

describe('queues', () => {
  it('gives every queue a dead-letter queue, unless it is one', () => {
    const given = resourcesOf(graph, 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig').map(
      ({ inputs }) => (inputs.destinationConfig as { onFailure: { destination: unknown } }).onFailure.destination,
    );
    const targets = queues().flatMap(({ inputs }) =>
      inputs.redrivePolicy === undefined ? given : [JSON.parse(String(inputs.redrivePolicy)).deadLetterTargetArn],
    );
    expect(targets.length).toBeGreaterThan(0);
    for (const { inputs, outputs } of queues()) {
      expect(inputs.redrivePolicy !== undefined || targets.includes(outputs.arn)).toBe(true);
      expect(inputs.sqsManagedSseEnabled).toBe(true);
    }
  });

  it('keeps the order of each group, with a limit of its own for each, also of what was given up', () => {
    const ordered = queues().filter(({ name }) => name.startsWith('deliveries'));
    expect(ordered).toHaveLength(2);
    for (const { inputs } of ordered) {
      expect(inputs).toMatchObject({
        fifoQueue: true,
        contentBasedDeduplication: false,
        deduplicationScope: 'messageGroup',
        fifoThroughputLimit: 'perMessageGroupId',
      });
    }
  });

  it('leaves their names to the provider, which ends them in .fifo as long as the pattern is only proposed', () => {
    for (const { inputs } of queues()) expect(inputs).not.toHaveProperty('name');
    expect(readFileSync(join(project, 'Pulumi.yaml'), 'utf8')).not.toMatch(/^\s*(enforce|mode):/m);
  });

  it('gives a delivery up only after many tries: to be throttled is one of them', () => {
    const queue = one('aws:sqs/queue:Queue', ({ name }) => name === 'deliveries');
    expect(JSON.parse(String(queue.inputs.redrivePolicy)).maxReceiveCount).toBe(50);
  });

  it('takes messages as large as SQS does: the provider would set a quarter of it', () => {
    for (const { inputs } of queues()) expect(inputs.maxMessageSize).toBe(1024 * 1024);
  });

  it('hides a message for six times as long as its consumer may run', () => {
    for (const { outputs, inputs } of queues()) {
      const consumed = mappings().filter((each) => each.inputs.eventSourceArn === outputs.arn);
      expect(consumed).toHaveLength(outputs.name === 'deliveries.fifo' ? 1 : 0);
      for (const mapping of consumed) {
        const consumer = one(
          'aws:lambda/function:Function',
          (fn) => `${fn.outputs.arn}:live` === mapping.inputs.functionName,
        );
        expect(inputs.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * Number(consumer.inputs.timeout));
      }
    }
  });
});

describe('event source mappings', () => {
  it('let functions report which of a batch failed', () => {
    expect(mappings()).toHaveLength(3);
    for (const { inputs } of mappings()) expect(inputs.functionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  it('set no window on a FIFO queue, which has none', () => {
    const fifo = mappings().filter(({ inputs }) => String(inputs.eventSourceArn).endsWith('.fifo'));
    expect(fifo.map(({ name }) => name)).toEqual(['send-deliveries']);
    for (const { inputs } of fifo) {
      expect(inputs).toMatchObject({ batchSize: 10, scalingConfig: { maximumConcurrency: 20 } });
      expect(inputs).not.toHaveProperty('maximumBatchingWindowInSeconds');
    }
  });

  it('[C1] miss nothing of a stream: from the first record, for ever, and around a batch that fails', () => {
    const streams = mappings().filter(({ inputs }) => String(inputs.eventSourceArn).includes('/stream/'));
    expect(streams.map(({ name }) => name).toSorted()).toEqual(['fold-heads', 'presence-connections']);
    for (const { inputs } of streams)
      expect(inputs).toMatchObject({
        startingPosition: 'TRIM_HORIZON',
        maximumRetryAttempts: -1,
        maximumRecordAgeInSeconds: -1,
        bisectBatchOnFunctionError: true,
      });
  });
});

describe('tables', () => {
  /** The one that holds nothing worth keeping; its component says why. */
  const ephemeral = ['connections'];

  it('protects every table that holds data, where the stack asks for it', () => {
    const tables = resourcesOf(graph, 'aws:dynamodb/table:Table').filter(({ name }) => !ephemeral.includes(name));
    expect(tables).toHaveLength(2);
    for (const { inputs } of tables) {
      expect(inputs).toMatchObject({ deletionProtectionEnabled: true, pointInTimeRecovery: { enabled: true } });
    }
  });
});

describe('routes', () => {
  const targetOf = (routeKey: string): unknown => {
    const route = one('aws:apigatewayv2/route:Route', ({ inputs }) => inputs.routeKey === routeKey);
    const integration = one(
      'aws:apigatewayv2/integration:Integration',
      ({ outputs }) => route.inputs.target === `integrations/${outputs.id}`,
    );
    const alias = one(
      'aws:lambda/alias:Alias',
      ({ outputs }) => outputs.invokeArn === integration.inputs.integrationUri,
    );
    return alias.inputs.functionName;
  };

  it('lead each action to the function that takes it', () => {
    const keys = resourcesOf(graph, 'aws:apigatewayv2/route:Route').map(({ inputs }) => String(inputs.routeKey));
    expect(Object.fromEntries(keys.map((key) => [key, targetOf(key)]))).toEqual({
      $connect: 'connect',
      $disconnect: 'disconnect',
      $default: 'fallback',
      ...Object.fromEntries(Object.entries(routes).flatMap(([to, keys]) => keys.map((key) => [key, to]))),
    });
  });

  it('may invoke their function, by one permission however many there are: the policy of a function holds 20 KB', () => {
    const permissions = resourcesOf(graph, 'aws:lambda/permission:Permission').filter(
      ({ inputs }) => inputs.principal === 'apigateway.amazonaws.com',
    );
    const executionArn = one('aws:apigatewayv2/api:Api', () => true).outputs.executionArn;
    expect(permissions.map(({ inputs }) => inputs.function).toSorted()).toEqual([
      ...['append', 'connect', 'disconnect', 'fallback', 'membership', 'message', 'self', 'upload'],
    ]);
    for (const { inputs } of permissions)
      expect(inputs).toMatchObject({ qualifier: 'live', sourceArn: `${executionArn}/dev/*` });
  });

  it('are all there before they are deployed, and deployed anew when they change', () => {
    const deployment = one('aws:apigatewayv2/deployment:Deployment', () => true);
    const keyed = resourcesOf(graph, 'aws:apigatewayv2/route:Route');
    expect(deployment.dependencies).toEqual(expect.arrayContaining(keyed.map(({ urn }) => urn)));
    const { routes: trigger } = deployment.inputs.triggers as { routes: string };
    expect(JSON.parse(trigger).toSorted()).toEqual(
      keyed
        .map(({ inputs }) => [inputs.routeKey, inputs.target, inputs.routeResponseSelectionExpression === '$default'])
        .toSorted(),
    );
  });
});

it('counts missing events where the fold publishes them', () => {
  const alarm = one('aws:cloudwatch/metricAlarm:MetricAlarm', ({ inputs }) => inputs.metricName === 'MissingEvents');
  const fold = one('aws:lambda/function:Function', ({ name }) => name === 'fold');
  const { variables } = fold.inputs.environment as { variables: Record<string, string> };
  expect(alarm.inputs.namespace).toBe(variables.POWERTOOLS_METRICS_NAMESPACE);
  expect(alarm.inputs.dimensions).toEqual({ service: variables.POWERTOOLS_SERVICE_NAME });
});

it('names children after their parent', () => {
  const byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
  for (const { name, parent } of graph.resources) {
    const above = parent === undefined ? undefined : byUrn.get(parent);
    if (above === undefined || above.type === 'pulumi:pulumi:Stack') continue;
    expect(name === above.name || name.startsWith(`${above.name}-`), name).toBe(true);
  }
});

it('says where everything is', () => {
  expect(graph.outputs).toEqual({
    region: 'us-east-1',
    url: 'ws://localhost:3000/dev',
    managementEndpoint: 'http://localhost:3000/dev',
    headsTable: 'log-heads',
    logTable: 'log-pages',
    connectionsTable: 'connections',
    bucketName: 'uploads',
    filesRoom: 'files/uploads',
    // They are elsewhere.
    pagesUrl: '',
    deadNoticesQueueUrl: 'http://127.0.0.1:3000/000000000000/notices-dead-letters',
    deliveriesQueueUrl: 'http://127.0.0.1:3000/000000000000/deliveries.fifo',
    deadLetterQueueUrl: 'http://127.0.0.1:3000/000000000000/deliveries-dead-letters.fifo',
  });
});
