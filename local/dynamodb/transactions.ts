import dynalite, { type Callback, type Item, type Store } from 'dynalite/db/index.js';
import { AwsError, type Engine } from '../aws.ts';
import { type ItemOperation, runItemOperation } from './calls.ts';
import type { Items } from './items.ts';
import { inLine } from './locks.ts';
import type { Change } from './record.ts';
import { nameOfTable } from './tableCalls.ts';
import { createTokens } from './tokens.ts';
import type { Writer } from './writer.ts';

type Input = Readonly<Record<string, unknown>>;

/** One of a transaction's parts. */
interface Part {
  readonly verb: string;
  readonly input: Input;
  readonly items: Items;
  readonly key: string;
}

export interface TransactionsOptions {
  readonly store: Store;
  readonly items: ReadonlyMap<string, Items>;
  readonly writer: Writer;
  readonly now: () => number;
}

/** Source: DynamoDB API reference, TransactWriteItems. */
const mostParts = 100;

/** A check is a delete that is not carried out. */
const operations: Readonly<Record<string, ItemOperation>> = {
  ConditionCheck: 'DeleteItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

const invalid = (message: string) => new AwsError('ValidationException', message);

const isObject = (value: unknown): value is Input => typeof value === 'object' && value !== null;

/** Whoever wants a member that is not heeded is told so. */
const refuseUnknown = (operation: string, input: Input) => {
  const heeded = new Set(['TransactItems', 'ClientRequestToken']);
  const unknown = Object.entries(input).find(
    ([member, value]) => value !== undefined && value !== null && value !== 'NONE' && !heeded.has(member),
  );
  if (unknown) throw invalid(`${unknown[0]} of ${operation} is not supported by the local DynamoDB.`);
};

const partOf = (items: ReadonlyMap<string, Items>, verbs: readonly string[], given: unknown): Part => {
  const [[verb = '', input] = [], ...others] = Object.entries(isObject(given) ? given : {}).filter(([, value]) =>
    isObject(value),
  );
  if (!verbs.includes(verb) || !isObject(input) || others.length > 0)
    throw invalid(`Each of the TransactItems has to be one of ${verbs.join(', ')}.`);
  if (verb === 'ConditionCheck' && input.ConditionExpression == null)
    throw invalid('A ConditionCheck has to have a ConditionExpression.');
  const table = items.get(nameOfTable(String(input.TableName)));
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  try {
    const key = dynalite.createKey((verb === 'Put' ? input.Item : input.Key) as Item, table.table.description);
    return { verb, input, items: table, key };
  } catch {
    throw invalid('The provided key element does not match the schema');
  }
};

const partsOf = (items: ReadonlyMap<string, Items>, verbs: readonly string[], given: unknown): Part[] => {
  const all = Array.isArray(given) ? given : [];
  if (all.length < 1 || all.length > mostParts) throw invalid(`TransactItems has to have 1 to ${mostParts} members.`);
  return all.map((each) => partOf(items, verbs, each));
};

/** dynalite's store, which notes what is to be written instead of writing it. Whoever uses it holds the item's lock. */
const staging = (store: Store, note: (after: Item | undefined) => void): Store => {
  const noted = (after: Item | undefined, done: Callback<void>) => {
    note(after);
    done(null);
  };
  return {
    ...store,
    getItemDb: (name) => ({
      ...store.getItemDb(name),
      lock: (_key, run) => run((done) => done),
      put: (_key, after, done) => noted(after, done),
      del: (_key, done) => noted(undefined, done),
    }),
  };
};

/** What a part comes to: a change that is to be written, or the reason why nothing is. */
type Staged = { readonly change?: Change } | { readonly failed: AwsError };

const stage = async (store: Store, { verb, input, items, key }: Part): Promise<Staged> => {
  let after: Item | undefined;
  const before = items.get(key);
  try {
    const staged = staging(store, (item) => {
      after = item;
    });
    await runItemOperation(staged, operations[verb] ?? 'GetItem', input);
  } catch (failed) {
    if (failed instanceof AwsError && failed.name === 'ConditionalCheckFailedException') return { failed };
    throw failed;
  }
  if (verb === 'ConditionCheck') return {};
  return { change: { ...(before && { before }), ...(after && { after }) } };
};

const cancelled = (staged: readonly Staged[]): AwsError | undefined => {
  if (!staged.some((each) => 'failed' in each)) return undefined;
  const CancellationReasons = staged.map((each) =>
    'failed' in each
      ? { Code: 'ConditionalCheckFailed', Message: each.failed.message, ...each.failed.members }
      : { Code: 'None' },
  );
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons });
};

/**
 * TransactGetItems and TransactWriteItems, which dynalite has not: all items are held, all conditions are asked, and all is written
 * at once with its stream records, or nothing. Transactions wait for each other: none is cancelled for a conflict.
 */
export const createTransactions = ({
  store,
  items,
  writer,
  now,
}: TransactionsOptions): Readonly<Record<string, Engine>> => {
  const tokens = createTokens(now);
  const locked = <T>(parts: readonly Part[], work: () => Promise<T>): Promise<T> =>
    inLine(
      parts.map(({ items: { table, level }, key }) => ({ name: `${table.name}/${key}`, key, lock: level.lock })),
      work,
    );

  return {
    TransactGetItems: async (operation, input) => {
      refuseUnknown(operation, input);
      const parts = partsOf(items, ['Get'], input.TransactItems);
      return locked(parts, async () => ({
        Responses: await Promise.all(parts.map((part) => runItemOperation(store, 'GetItem', part.input))),
      }));
    },
    TransactWriteItems: async (operation, input) => {
      refuseUnknown(operation, input);
      const parts = partsOf(items, ['ConditionCheck', 'Delete', 'Put', 'Update'], input.TransactItems);
      const named = new Set(parts.map(({ items: { table }, key }) => `${table.name}/${key}`));
      if (named.size < parts.length)
        throw invalid('Transaction request cannot include multiple operations on one item');
      return locked(parts, async () => {
        if (tokens.knows(input.ClientRequestToken, input.TransactItems)) return {};
        const staged = await Promise.all(parts.map((part) => stage(store, part)));
        const cancellation = cancelled(staged);
        if (cancellation) throw cancellation;
        await writer.write(() =>
          staged.flatMap((each, index) => {
            const part = parts[index];
            return part && 'change' in each && each.change ? part.items.operationsOf(part.key, each.change) : [];
          }),
        );
        tokens.remember(input.ClientRequestToken, input.TransactItems);
        return {};
      });
    },
  };
};
