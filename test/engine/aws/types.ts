/** A resource's properties, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Where a resource is. */
export interface Whereabouts {
  readonly account: string;
  readonly region: string;
}

/** What AWS gives back of what it has made, beside what was asked for. */
interface Made {
  readonly id: string;
  readonly outputs?: Fields;
}

/** What the real provider knows of a type of resource, as far as the engine's plans depend on it. */
export interface ResourceType {
  /** Properties that can't be changed: another value is another resource. In Terraform's schema they are `ForceNew`. */
  readonly immutable: readonly string[];
  /** Outputs that every change gives another value: they are not known in a preview of one. */
  readonly moving?: readonly string[];
  /** Outputs that get another value where one of their inputs has changed. */
  readonly movingWith?: Readonly<Record<string, readonly string[]>>;
  /** The property that Pulumi fills with a name, and what AWS takes for one. */
  readonly naming?: { readonly property: string; readonly accepts: RegExp };
  /** `unique` is a text that no other resource has. */
  readonly make: (inputs: Fields, unique: string, at: Whereabouts) => Made;
}

/** The outputs of a resource that a change of its inputs gives another value. */
export const movingOf = (
  { moving = [], movingWith = {} }: ResourceType,
  before: Fields,
  inputs: Fields,
): readonly string[] => [
  ...moving,
  ...Object.entries(movingWith).flatMap(([output, on]) =>
    on.some((key) => before[key] !== inputs[key]) ? [output] : [],
  ),
];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const arn = ({ account, region }: Whereabouts, service: string, path: string): string =>
  `arn:aws:${service}:${region}:${account}:${path}`;

/** What is set on a bucket: one of its sort, with the bucket's name for an id. */
const ofBucket: ResourceType = { immutable: ['bucket'], make: ({ bucket }) => ({ id: text(bucket) }) };

const unnamed = (...immutable: readonly string[]): ResourceType => ({
  immutable,
  make: (_, unique) => ({ id: unique }),
});

/**
 * The types that there may be in the program. Lengths and characters of names are from each service's API reference:
 * `CreateTable`, `CreateQueue` and so on.
 */
export const types: Readonly<Record<string, ResourceType>> = {
  'aws:dynamodb/table:Table': {
    immutable: ['name', 'hashKey', 'rangeKey'],
    movingWith: { streamArn: ['streamEnabled', 'streamViewType'] },
    naming: { property: 'name', accepts: /^[\w.-]{3,255}$/ },
    make: ({ name, streamEnabled }, unique, at) => {
      const table = arn(at, 'dynamodb', `table/${name}`);
      return { id: text(name), outputs: { arn: table, streamArn: streamEnabled ? `${table}/stream/${unique}` : '' } };
    },
  },
  'aws:sqs/queue:Queue': {
    immutable: ['name', 'fifoQueue'],
    naming: { property: 'name', accepts: /^(?=.{1,80}$)[\w-]+(\.fifo)?$/ },
    make: ({ name }, _, at) => {
      const url = `https://sqs.${at.region}.amazonaws.com/${at.account}/${name}`;
      return { id: url, outputs: { arn: arn(at, 'sqs', text(name)), url } };
    },
  },
  'aws:sqs/queuePolicy:QueuePolicy': { immutable: ['queueUrl'], make: ({ queueUrl }) => ({ id: text(queueUrl) }) },
  'aws:s3/bucket:Bucket': {
    immutable: ['bucket'],
    naming: { property: 'bucket', accepts: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ },
    make: ({ bucket }, _, { region }) => ({
      id: text(bucket),
      outputs: { arn: `arn:aws:s3:::${bucket}`, bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com` },
    }),
  },
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ofBucket,
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ofBucket,
  'aws:s3/bucketNotification:BucketNotification': ofBucket,
  'aws:s3/bucketPolicy:BucketPolicy': ofBucket,
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ofBucket,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ofBucket,
  'aws:s3/bucketVersioning:BucketVersioning': ofBucket,
  'aws:lambda/function:Function': {
    immutable: ['name', 'packageType'],
    moving: ['version', 'qualifiedArn'],
    naming: { property: 'name', accepts: /^[\w-]{1,64}$/ },
    make: ({ name, publish }, unique, at) => {
      const fn = arn(at, 'lambda', `function:${name}`);
      const invokeArn = `arn:aws:apigateway:${at.region}:lambda:path/2015-03-31/functions/${fn}/invocations`;
      const version = publish ? (unique.split('-').at(-1) ?? '') : '$LATEST';
      return { id: text(name), outputs: { arn: fn, invokeArn, version, qualifiedArn: `${fn}:${version}` } };
    },
  },
  'aws:lambda/alias:Alias': {
    immutable: ['name', 'functionName'],
    make: ({ name, functionName }, _, at) => {
      const alias = arn(at, 'lambda', `function:${functionName}:${name}`);
      const invokeArn = `arn:aws:apigateway:${at.region}:lambda:path/2015-03-31/functions/${alias}/invocations`;
      return { id: alias, outputs: { arn: alias, invokeArn } };
    },
  },
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': {
    immutable: ['functionName', 'qualifier'],
    make: ({ functionName, qualifier }) => ({ id: `${functionName}:${qualifier}` }),
  },
  'aws:lambda/eventSourceMapping:EventSourceMapping': {
    immutable: ['eventSourceArn', 'startingPosition'],
    make: (_, unique, at) => ({
      id: unique,
      outputs: { uuid: unique, arn: arn(at, 'lambda', `event-source-mapping:${unique}`) },
    }),
  },
  'aws:lambda/permission:Permission': unnamed(
    ...['action', 'function', 'qualifier', 'principal', 'sourceArn', 'sourceAccount'],
  ),
  'aws:iam/role:Role': {
    immutable: ['name', 'path'],
    naming: { property: 'name', accepts: /^[\w+=,.@-]{1,64}$/ },
    make: ({ name }, _, { account }) => ({ id: text(name), outputs: { arn: `arn:aws:iam::${account}:role/${name}` } }),
  },
  'aws:iam/rolePolicy:RolePolicy': {
    immutable: ['name', 'role'],
    naming: { property: 'name', accepts: /^[\w+=,.@-]{1,128}$/ },
    make: ({ role, name }) => ({ id: `${role}:${name}` }),
  },
  'aws:cloudwatch/logGroup:LogGroup': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^[\w./#-]{1,512}$/ },
    make: ({ name }, _, at) => ({ id: text(name), outputs: { arn: arn(at, 'logs', `log-group:${name}`) } }),
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^.{1,255}$/ },
    make: ({ name }, _, at) => ({ id: text(name), outputs: { arn: arn(at, 'cloudwatch', `alarm:${name}`) } }),
  },
  'aws:cloudwatch/dashboard:Dashboard': {
    immutable: ['dashboardName'],
    make: ({ dashboardName }) => ({ id: text(dashboardName) }),
  },
  'aws:cloudwatch/eventRule:EventRule': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^[\w.-]{1,64}$/ },
    make: ({ name }, _, at) => ({ id: text(name), outputs: { arn: arn(at, 'events', `rule/${name}`) } }),
  },
  'aws:cloudwatch/eventTarget:EventTarget': unnamed('rule'),
  'aws:acm/certificate:Certificate': {
    immutable: ['domainName', 'validationMethod'],
    make: ({ domainName }, unique, at) => {
      const certificate = arn(at, 'acm', `certificate/${unique}`);
      const proof = { resourceRecordName: `_x.${domainName}`, resourceRecordType: 'CNAME', resourceRecordValue: '_y' };
      return { id: certificate, outputs: { arn: certificate, domainValidationOptions: [{ domainName, ...proof }] } };
    },
  },
  'aws:acm/certificateValidation:CertificateValidation': unnamed('certificateArn', 'validationRecordFqdns'),
  'aws:route53/record:Record': {
    immutable: ['zoneId', 'name', 'type'],
    make: ({ name, type }) => ({ id: `Z1_${name}_${type}`, outputs: { fqdn: text(name) } }),
  },
  'aws:apigatewayv2/domainName:DomainName': {
    immutable: ['domainName'],
    make: ({ domainName }) => ({ id: text(domainName) }),
  },
  'aws:apigatewayv2/apiMapping:ApiMapping': unnamed('domainName'),
  'aws:cloudfront/originAccessControl:OriginAccessControl': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^.{1,64}$/ },
    make: (_, unique) => ({ id: unique }),
  },
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^[\w-]{1,128}$/ },
    make: (_, unique) => ({ id: unique }),
  },
  'aws:cloudfront/distribution:Distribution': {
    immutable: [],
    make: (_, unique, { account }) => ({
      id: unique,
      outputs: {
        arn: `arn:aws:cloudfront::${account}:distribution/${unique}`,
        domainName: `${unique}.cloudfront.net`,
        hostedZoneId: 'Z2FDTNDATAQYW2',
      },
    }),
  },
  'aws:s3/bucketObjectv2:BucketObjectv2': { immutable: ['bucket', 'key'], make: ({ key }) => ({ id: text(key) }) },
  'aws:sns/topic:Topic': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^[\w-]{1,256}$/ },
    make: ({ name }, _, at) => ({ id: arn(at, 'sns', text(name)), outputs: { arn: arn(at, 'sns', text(name)) } }),
  },
  'aws:sns/topicSubscription:TopicSubscription': unnamed('topic', 'protocol', 'endpoint'),
  'aws:budgets/budget:Budget': {
    immutable: ['name'],
    naming: { property: 'name', accepts: /^[^:\\]{1,100}$/ },
    make: ({ name }, _, at) => ({ id: `${at.account}:${name}` }),
  },
  'aws:apigatewayv2/api:Api': {
    immutable: ['protocolType'],
    // Two may have one name: their ids are what tells them apart.
    naming: { property: 'name', accepts: /^.{1,128}$/ },
    make: (_, unique, at) => ({
      id: unique,
      outputs: {
        arn: `arn:aws:apigateway:${at.region}::/apis/${unique}`,
        apiEndpoint: `wss://${unique}.execute-api.${at.region}.amazonaws.com`,
        executionArn: arn(at, 'execute-api', unique),
      },
    }),
  },
  'aws:apigatewayv2/authorizer:Authorizer': {
    immutable: ['apiId'],
    naming: { property: 'name', accepts: /^.{1,128}$/ },
    make: (_, unique) => ({ id: unique }),
  },
  'aws:apigatewayv2/integration:Integration': unnamed('apiId', 'integrationType'),
  'aws:apigatewayv2/route:Route': unnamed('apiId'),
  'aws:apigatewayv2/routeResponse:RouteResponse': unnamed('apiId', 'routeId'),
  'aws:apigatewayv2/deployment:Deployment': unnamed('apiId', 'triggers'),
  'aws:apigatewayv2/stage:Stage': {
    immutable: ['apiId', 'name'],
    naming: { property: 'name', accepts: /^[\w-]{1,128}$/ },
    make: ({ name }) => ({ id: text(name) }),
  },
};
