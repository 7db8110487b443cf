import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { Item, Store } from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import getItemRules from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import * as z from 'zod';
import { AwsError } from '../aws.ts';
import { nameOfTable } from './tableCalls.ts';

const operations = {
  BatchGetItem: { action: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { action: batchWriteItem, rules: batchWriteItemRules },
  DeleteItem: { action: deleteItem, rules: deleteItemRules },
  GetItem: { action: getItem, rules: getItemRules },
  PutItem: { action: putItem, rules: putItemRules },
  Query: { action: query, rules: queryRules },
  Scan: { action: scan, rules: scanRules },
  UpdateItem: { action: updateItem, rules: updateItemRules },
} as const;

export type ItemOperation = keyof typeof operations;

export const isItemOperation = (operation: string): operation is ItemOperation => Object.hasOwn(operations, operation);

/** How dynalite reports what AWS would answer: the service's error is in `body`, prefixed with its namespace. */
const Refusal = z.object({
  statusCode: z.number(),
  body: z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() }),
});

/** The AwsError in an error of dynalite; other errors are faults of this runtime and stay as they are. */
const translate = (error: unknown): unknown => {
  const refusal = Refusal.safeParse(error);
  if (!refusal.success) return error;
  const { __type, message, Message } = refusal.data.body;
  return new AwsError(__type.slice(__type.indexOf('#') + 1), message ?? Message ?? '', refusal.data.statusCode);
};

type Input = Readonly<Record<string, unknown>>;

/** Asks for the item that a condition failed on. dynalite does not know it. */
const onFailure = 'ReturnValuesOnConditionCheckFailure';
const conditional = new Set<ItemOperation>(['DeleteItem', 'PutItem', 'UpdateItem']);

/** dynalite drops the members that it does not know. A call that asks for one must not be answered as if it had been heeded. */
const refuseUnknown = (operation: ItemOperation, input: Input, types: object) => {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === null || value === 'NONE' || Object.hasOwn(types, member)) continue;
    if (member === onFailure && value === 'ALL_OLD' && conditional.has(operation)) continue;
    throw new AwsError('ValidationException', `${member} of ${operation} is not supported by the local DynamoDB.`);
  }
};

/** The store, and the item that an action read in it last: the one that its condition was about, as it holds the item's lock. */
const watched = (store: Store) => {
  let read: Item | undefined;
  const watching: Store = {
    ...store,
    getItemDb: (name) => {
      const level = store.getItemDb(name);
      return {
        ...level,
        get: (key, callback) =>
          level.get(key, (error, item) => {
            read = item as Item | undefined;
            callback(error, item);
          }),
      };
    },
  };
  return { watching, lastRead: () => read };
};

const withItem = (error: unknown, Item: Item | undefined): unknown =>
  error instanceof AwsError && error.name === 'ConditionalCheckFailedException' && Item
    ? new AwsError(error.name, error.message, error.status, { Item })
    : error;

/** A table may be named by its ARN. Source: DynamoDB API reference, TableName. */
const byName = (input: Input): Input => {
  const { TableName } = input;
  return typeof TableName === 'string' ? { ...input, TableName: nameOfTable(TableName) } : input;
};

/**
 * Checks a call as DynamoDB does and runs it.
 * @throws AwsError what DynamoDB would answer, or a ValidationException for a member that is not supported here.
 */
export const runItemOperation = (store: Store, operation: ItemOperation, input: Input): Promise<object> => {
  const { action, rules } = operations[operation];
  const watch = input[onFailure] === 'ALL_OLD' ? watched(store) : undefined;
  const failed = (error: unknown) => (watch ? withItem(error, watch.lastRead()) : error);
  return new Promise((resolve, reject) => {
    try {
      refuseUnknown(operation, input, rules.types);
      const data = validations.checkTypes({ ...byName(input) }, rules.types);
      validations.checkValidations(data, rules.types, rules.custom, store);
      action(watch?.watching ?? store, data, (error, answer) =>
        error ? reject(failed(translate(error))) : resolve(answer ?? {}),
      );
    } catch (error) {
      reject(translate(error));
    }
  });
};

/**
 * Checks a `CreateTable` request by DynamoDB's rules.
 * @throws AwsError saying what is wrong with the table.
 */
export const checkCreateTable = (request: object): void => {
  try {
    const data = validations.checkTypes(structuredClone(request), createTableRules.types);
    validations.checkValidations(data, createTableRules.types, createTableRules.custom, undefined);
  } catch (error) {
    throw translate(error);
  }
};
