import type { Index, TableDescription } from 'dynalite/db/index.js';
import * as z from 'zod';
import type { Resource } from '../aws.ts';
import { checkCreateTable } from './calls.ts';

export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export interface StreamDefinition {
  readonly arn: string;
  readonly view: StreamView;
}

/** A table as the program wants it. */
export interface TableDefinition {
  readonly name: string;
  /** In the form in which `DescribeTable` answers it. */
  readonly description: TableDescription;
  readonly stream?: StreamDefinition;
  /** The attribute that holds the second of the epoch after which an item may go. */
  readonly ttl?: string;
}

const Projection = { projectionType: z.string(), nonKeyAttributes: z.array(z.string()).nullish() };

/** The inputs of `aws:dynamodb/table:Table` that mean something on one machine. */
const Inputs = z.object({
  hashKey: z.string(),
  rangeKey: z.string().nullish(),
  attributes: z.array(z.object({ name: z.string(), type: z.string() })),
  billingMode: z.string().nullish(),
  readCapacity: z.number().nullish(),
  writeCapacity: z.number().nullish(),
  streamEnabled: z.boolean().nullish(),
  streamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']).nullish(),
  ttl: z.object({ attributeName: z.string().nullish(), enabled: z.boolean().nullish() }).nullish(),
  globalSecondaryIndexes: z
    .array(
      z.object({
        name: z.string(),
        hashKey: z.string().nullish(),
        rangeKey: z.string().nullish(),
        keySchemas: z.array(z.object({ attributeName: z.string(), keyType: z.enum(['HASH', 'RANGE']) })).nullish(),
        ...Projection,
      }),
    )
    .nullish(),
  localSecondaryIndexes: z.array(z.object({ name: z.string(), rangeKey: z.string(), ...Projection })).nullish(),
});
type Inputs = z.infer<typeof Inputs>;

const Outputs = z.object({ name: z.string(), arn: z.string(), streamArn: z.string().nullish() });

const keySchema = (hashKey: string, rangeKey?: string | null): TableDescription['KeySchema'] => [
  { AttributeName: hashKey, KeyType: 'HASH' },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: 'RANGE' } as const] : []),
];

const index = (name: string, schema: Index['KeySchema'], given: z.infer<z.ZodObject<typeof Projection>>): Index => ({
  IndexName: name,
  KeySchema: schema,
  Projection: {
    ProjectionType: given.projectionType,
    ...(given.nonKeyAttributes?.length ? { NonKeyAttributes: given.nonKeyAttributes } : {}),
  },
});

const globalIndexes = (inputs: Inputs): Index[] =>
  (inputs.globalSecondaryIndexes ?? []).map((given) =>
    index(
      given.name,
      given.keySchemas?.map((key) => ({ AttributeName: key.attributeName, KeyType: key.keyType })) ??
        keySchema(given.hashKey ?? '', given.rangeKey),
      given,
    ),
  );

const localIndexes = (inputs: Inputs): Index[] =>
  (inputs.localSecondaryIndexes ?? []).map((given) =>
    index(given.name, keySchema(inputs.hashKey, given.rangeKey), given),
  );

/** The billing of the table, or of an index of it: a provisioned one names its throughput. */
const throughput = (inputs: Inputs) =>
  inputs.billingMode === 'PAY_PER_REQUEST'
    ? {}
    : {
        ProvisionedThroughput: {
          ReadCapacityUnits: inputs.readCapacity ?? 0,
          WriteCapacityUnits: inputs.writeCapacity ?? 0,
        },
      };

/** The same table as a `CreateTable` request, for the rules that DynamoDB has for one. */
const request = (description: TableDescription, inputs: Inputs) => ({
  TableName: description.TableName,
  AttributeDefinitions: description.AttributeDefinitions,
  KeySchema: description.KeySchema,
  BillingMode: inputs.billingMode ?? 'PROVISIONED',
  ...throughput(inputs),
  ...(description.LocalSecondaryIndexes ? { LocalSecondaryIndexes: description.LocalSecondaryIndexes } : {}),
  ...(description.GlobalSecondaryIndexes
    ? {
        GlobalSecondaryIndexes: description.GlobalSecondaryIndexes.map((each) => ({ ...each, ...throughput(inputs) })),
      }
    : {}),
});

const describe = (inputs: Inputs, outputs: z.infer<typeof Outputs>): TableDescription => {
  const globals = globalIndexes(inputs);
  const locals = localIndexes(inputs);
  return {
    TableName: outputs.name,
    TableArn: outputs.arn,
    TableStatus: 'ACTIVE',
    AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema(inputs.hashKey, inputs.rangeKey),
    ...(globals.length ? { GlobalSecondaryIndexes: globals.map((each) => ({ ...each, IndexStatus: 'ACTIVE' })) } : {}),
    ...(locals.length ? { LocalSecondaryIndexes: locals } : {}),
    ...(inputs.streamEnabled && outputs.streamArn
      ? {
          StreamSpecification: { StreamEnabled: true, StreamViewType: inputs.streamViewType },
          LatestStreamArn: outputs.streamArn,
        }
      : {}),
  };
};

/**
 * Reads a table from its resource.
 * @throws Error when the resource has no usable key, or when DynamoDB would not create such a table.
 */
export const defineTable = (resource: Resource): TableDefinition => {
  const read = z.object({ inputs: Inputs, outputs: Outputs }).safeParse(resource);
  if (!read.success) {
    throw new Error(`The table ${resource.name} cannot be read: ${z.prettifyError(read.error).replaceAll('\n', ' ')}.`);
  }
  const { inputs, outputs } = read.data;
  if (inputs.streamEnabled && !(inputs.streamViewType && outputs.streamArn)) {
    throw new Error(`The table ${resource.name} has a stream: it needs a streamViewType and a streamArn.`);
  }
  const description = describe(inputs, outputs);
  try {
    checkCreateTable(request(description, inputs));
  } catch (cause) {
    throw new Error(
      `DynamoDB would not create the table ${resource.name}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
  return {
    name: outputs.name,
    description,
    ...(inputs.streamEnabled && inputs.streamViewType && outputs.streamArn
      ? { stream: { arn: outputs.streamArn, view: inputs.streamViewType } }
      : {}),
    ...(inputs.ttl?.enabled && inputs.ttl.attributeName ? { ttl: inputs.ttl.attributeName } : {}),
  };
};
