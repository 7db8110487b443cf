import { AwsError, type Engine } from '../aws.ts';
import type { TableDefinition } from './definition.ts';

/** Of a name, or of an ARN (`arn:aws:dynamodb:us-east-1:000000000000:table/orders`). */
export const nameOfTable = (table: string): string => table.replace(/^arn:aws:dynamodb:[^/]*:table\//, '');

const nameIn = (operation: string, input: Readonly<Record<string, unknown>>): string => {
  if (typeof input.TableName === 'string') return nameOfTable(input.TableName);
  throw new AwsError('ValidationException', `The parameter 'TableName' is required for ${operation}.`);
};

/** Answers the operations that tell about tables. None changes one: tables are what the program says. */
export const createTableCalls = (tables: ReadonlyMap<string, TableDefinition>): Readonly<Record<string, Engine>> => {
  const tableAt = (name: string): TableDefinition => {
    const table = tables.get(name);
    if (!table)
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
    return table;
  };
  return {
    DescribeTable: async (operation, input) => ({ Table: tableAt(nameIn(operation, input)).description }),
    DescribeTimeToLive: async (operation, input) => {
      const { ttl } = tableAt(nameIn(operation, input));
      return {
        TimeToLiveDescription:
          ttl === undefined ? { TimeToLiveStatus: 'DISABLED' } : { TimeToLiveStatus: 'ENABLED', AttributeName: ttl },
      };
    },
    ListTables: async (_operation, input) => {
      const { ExclusiveStartTableName: after, Limit: limit = 100 } = input;
      const names = [...tables.keys()].sort().filter((name) => typeof after !== 'string' || name > after);
      const TableNames = names.slice(0, Number(limit));
      return { TableNames, ...(TableNames.length < names.length ? { LastEvaluatedTableName: TableNames.at(-1) } : {}) };
    },
  };
};
