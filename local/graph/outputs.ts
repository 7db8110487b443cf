import { account, region } from '../aws.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is known of a resource when it is registered. */
export interface Registration {
  readonly type: string;
  /** Pulumi's logical name, which stands in for the physical one where the program gives none. */
  readonly name: string;
  readonly inputs: Fields;
}

/** The id that AWS would give, and the outputs beside the inputs. */
export type Made = { readonly id: string } & Fields;

/** `port` is the one that everything local is reached on. */
type Maker = (resource: Registration, port: number) => Made;

const arn = (service: string, path: string): string => `arn:aws:${service}:${region}:${account}:${path}`;

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);

const nameOf = ({ name, inputs }: Registration): string => text(inputs.name, name);

const invokeArnOf = (functionArn: string): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

/** For what is only ever referred to by its id. */
const idOnly: Maker = ({ name }) => ({ id: name });

/** For what is set on a bucket, and has the bucket's id. */
const ofBucket: Maker = ({ name, inputs }) => ({ id: text(inputs.bucket, name) });

/** Types that an engine of the local runtime runs. */
const run: Readonly<Record<string, Maker>> = {
  'aws:dynamodb/table:Table': (table) => {
    const name = nameOf(table);
    const tableArn = arn('dynamodb', `table/${name}`);
    // AWS labels a stream with the time at which it was enabled. Here it has to be the same at the next start.
    const streamLabel = '2000-01-01T00:00:00.000';
    return {
      id: name,
      name,
      arn: tableArn,
      ...(table.inputs.streamEnabled === true ? { streamLabel, streamArn: `${tableArn}/stream/${streamLabel}` } : {}),
    };
  },
  'aws:sqs/queue:Queue': (queue, port) => {
    const name = text(queue.inputs.name, queue.inputs.fifoQueue === true ? `${queue.name}.fifo` : queue.name);
    const url = `http://127.0.0.1:${port}/${account}/${name}`;
    return { id: url, url, name, arn: arn('sqs', name) };
  },
  'aws:sqs/queuePolicy:QueuePolicy': ({ name, inputs }) => ({ id: text(inputs.queueUrl, name) }),
  'aws:s3/bucket:Bucket': (bucket) => {
    const name = text(bucket.inputs.bucket, bucket.name);
    return {
      id: name,
      bucket: name,
      arn: `arn:aws:s3:::${name}`,
      bucketRegion: region,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    };
  },
  'aws:s3/bucketNotification:BucketNotification': ofBucket,
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ofBucket,
  'aws:s3/bucketPolicy:BucketPolicy': ofBucket,
  'aws:lambda/function:Function': (fn) => {
    const name = nameOf(fn);
    const functionArn = arn('lambda', `function:${name}`);
    // Nothing was published before, so what is published now is the first.
    const version = fn.inputs.publish === true ? '1' : '$LATEST';
    return {
      id: name,
      name,
      arn: functionArn,
      invokeArn: invokeArnOf(functionArn),
      version,
      qualifiedArn: `${functionArn}:${version}`,
      qualifiedInvokeArn: invokeArnOf(`${functionArn}:${version}`),
    };
  },
  'aws:lambda/alias:Alias': (alias) => {
    const [functionName, name] = [text(alias.inputs.functionName, ''), nameOf(alias)];
    const functionArn = functionName.startsWith('arn:') ? functionName : arn('lambda', `function:${functionName}`);
    const aliasArn = `${functionArn}:${name}`;
    return { id: aliasArn, name, arn: aliasArn, invokeArn: invokeArnOf(aliasArn) };
  },
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': ({ name, inputs }) => ({
    id: [inputs.functionName, inputs.qualifier].filter((part) => typeof part === 'string').join(':') || name,
  }),
  'aws:lambda/eventSourceMapping:EventSourceMapping': ({ name, inputs }) => ({
    id: name,
    uuid: name,
    arn: arn('lambda', `event-source-mapping:${name}`),
    functionArn: text(inputs.functionName, ''),
  }),
  'aws:lambda/permission:Permission': idOnly,
  'aws:iam/role:Role': (role) => {
    const name = nameOf(role);
    return { id: name, name, arn: `arn:aws:iam::${account}:role${text(role.inputs.path, '/')}${name}` };
  },
  'aws:iam/policy:Policy': (policy) => {
    const name = nameOf(policy);
    const policyArn = `arn:aws:iam::${account}:policy${text(policy.inputs.path, '/')}${name}`;
    return { id: policyArn, name, arn: policyArn };
  },
  'aws:iam/rolePolicy:RolePolicy': (policy) => ({
    id: `${text(policy.inputs.role, '')}:${nameOf(policy)}`,
    name: nameOf(policy),
  }),
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': idOnly,
  'aws:cloudwatch/eventRule:EventRule': (rule) => {
    const name = nameOf(rule);
    return { id: name, name, arn: arn('events', `rule/${name}`) };
  },
  'aws:cloudwatch/eventTarget:EventTarget': idOnly,
  'aws:apigatewayv2/api:Api': (api, port) => {
    if (api.inputs.protocolType !== 'WEBSOCKET') throw new Error('of APIs it runs WebSocket APIs only');
    return {
      id: api.name,
      name: nameOf(api),
      arn: `arn:aws:apigateway:${region}::/apis/${api.name}`,
      executionArn: arn('execute-api', api.name),
      apiEndpoint: `ws://localhost:${port}`,
    };
  },
  'aws:apigatewayv2/authorizer:Authorizer': idOnly,
  'aws:apigatewayv2/integration:Integration': idOnly,
  'aws:apigatewayv2/route:Route': idOnly,
  'aws:apigatewayv2/routeResponse:RouteResponse': idOnly,
  'aws:apigatewayv2/deployment:Deployment': idOnly,
  'aws:apigatewayv2/stage:Stage': (stage, port) => {
    const name = nameOf(stage);
    const api = text(stage.inputs.apiId, '');
    return {
      id: name,
      name,
      arn: `arn:aws:apigateway:${region}::/apis/${api}/stages/${name}`,
      executionArn: arn('execute-api', `${api}/${name}`),
      invokeUrl: `ws://localhost:${port}/${name}`,
    };
  },
};

/** Types that nothing has to run: what they are for happens in the AWS console, to an operator. */
const watched: Readonly<Record<string, Maker>> = {
  // About the public, ciphers and leftovers, of which there are none on one machine.
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ofBucket,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ofBucket,
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': ofBucket,
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ofBucket,
  // Only the newest version of an object is kept here: nothing reads another.
  'aws:s3/bucketVersioning:BucketVersioning': ofBucket,
  'aws:cloudwatch/logGroup:LogGroup': (group) => ({
    id: nameOf(group),
    name: nameOf(group),
    arn: arn('logs', `log-group:${nameOf(group)}`),
  }),
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': idOnly,
  'aws:cloudwatch/metricAlarm:MetricAlarm': (alarm) => {
    const name = text(alarm.inputs.name, alarm.name);
    return { id: name, name, arn: arn('cloudwatch', `alarm:${name}`) };
  },
  'aws:cloudwatch/dashboard:Dashboard': idOnly,
  // For alarms. Who publishes to it from a function is told that there is no such service here.
  'aws:sns/topic:Topic': (topic) => {
    const topicArn = arn('sns', nameOf(topic));
    return { id: topicArn, name: nameOf(topic), arn: topicArn };
  },
  'aws:sns/topicSubscription:TopicSubscription': idOnly,
  // Domains and what is served under them: whoever is on this machine finds it by its port.
  'aws:acm/certificate:Certificate': ({ name, inputs }) => {
    const certificateArn = arn('acm', `certificate/${name}`);
    const domainName = text(inputs.domainName, name);
    const proof = {
      domainName,
      resourceRecordName: `_${domainName}`,
      resourceRecordType: 'CNAME',
      resourceRecordValue: '_',
    };
    return { id: certificateArn, arn: certificateArn, domainValidationOptions: [proof] };
  },
  'aws:acm/certificateValidation:CertificateValidation': idOnly,
  'aws:route53/record:Record': ({ name, inputs }) => ({ id: name, fqdn: text(inputs.name, name) }),
  'aws:apigatewayv2/domainName:DomainName': ({ name, inputs }) => ({
    id: text(inputs.domainName, name),
    domainNameConfiguration: {
      ...(inputs.domainNameConfiguration as Fields),
      targetDomainName: 'localhost',
      hostedZoneId: account,
    },
  }),
  'aws:apigatewayv2/apiMapping:ApiMapping': idOnly,
  'aws:cloudfront/originAccessControl:OriginAccessControl': idOnly,
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': idOnly,
  'aws:cloudfront/distribution:Distribution': ({ name }) => ({
    id: name,
    arn: `arn:aws:cloudfront::${account}:distribution/${name}`,
    domainName: `${name}.cloudfront.localhost`,
    hostedZoneId: account,
  }),
  'aws:s3/bucketObjectv2:BucketObjectv2': ({ name, inputs }) => ({ id: text(inputs.key, name) }),
  // Nothing costs anything here.
  'aws:budgets/budget:Budget': idOnly,
  'pulumi:providers:aws': idOnly,
};

const makers: Readonly<Record<string, Maker>> = { ...run, ...watched };

/**
 * What AWS would add to a resource, with names instead of random ids, so that they read well and are the same at every start.
 *
 * Throws one sentence for a type that the local runtime does not know.
 */
export const outputsOf = (resource: Registration, port: number): Made => {
  const make = makers[resource.type];
  if (make === undefined) {
    throw new Error(
      `The local runtime does not know ${resource.type} (“${resource.name}”): give it an engine and its outputs in local/, or keep it out of this stack.`,
    );
  }
  try {
    return make(resource, port);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The local runtime cannot run ${resource.type} (“${resource.name}”): ${why}.`, { cause });
  }
};

/** What programs ask AWS for while they run, by Pulumi's token. */
const answers: Readonly<Record<string, Fields>> = {
  'aws:index/getCallerIdentity:getCallerIdentity': {
    id: account,
    accountId: account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
  },
  'aws:index/getRegion:getRegion': { id: region, region, name: region, description: 'this machine' },
  'aws:route53/getZone:getZone': { id: account, zoneId: account },
  'aws:index/getPartition:getPartition': { id: 'aws', partition: 'aws', dnsSuffix: 'amazonaws.com' },
};

/** The answer to a question of the program's, such as `aws.getCallerIdentity()`. Throws one sentence where there is none. */
export const answerTo = (token: string): Fields => {
  const answer = answers[token];
  if (answer === undefined) {
    throw new Error(
      `The local runtime cannot answer ${token}: give it an answer in local/graph/outputs.ts, or pass the value in.`,
    );
  }
  return answer;
};
