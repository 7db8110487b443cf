import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { Store } from 'dynalite/db/index.js';
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

/** dynalite drops the members that it does not know. A call that asks for one must not be answered as if it had been heeded. */
const refuseUnknown = (operation: string, input: Readonly<Record<string, unknown>>, types: object) => {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === null || value === 'NONE' || Object.hasOwn(types, member)) continue;
    throw new AwsError('ValidationException', `${member} of ${operation} is not supported by the local DynamoDB.`);
  }
};

/**
 * Checks a call as DynamoDB does and runs it.
 * @throws AwsError what DynamoDB would answer, or a ValidationException for a member that is not supported here.
 */
export const runItemOperation = (
  store: Store,
  operation: ItemOperation,
  input: Readonly<Record<string, unknown>>,
): Promise<object> => {
  const { action, rules } = operations[operation];
  return new Promise((resolve, reject) => {
    try {
      refuseUnknown(operation, input, rules.types);
      const data = validations.checkTypes({ ...input }, rules.types);
      validations.checkValidations(data, rules.types, rules.custom, store);
      action(store, data, (error, answer) => (error ? reject(translate(error)) : resolve(answer ?? {})));
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
