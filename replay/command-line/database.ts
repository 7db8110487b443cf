import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { HistoryTables } from '../history/database.ts';
import { BadInput } from './bad-input.ts';
import { findPlace, NoPlace, type Place } from './place.ts';
import type { PlaceFlags } from './places.ts';

/** The tables of a place. */
export interface Database {
  /** For a person: `the stack prod`. */
  readonly name: string;
  readonly aws: Place['aws'];
  readonly client: DynamoDBDocumentClient;
  readonly tables: HistoryTables;
  /** Where the local runtime serves its pages. */
  readonly pages?: string;
  close(): Promise<void>;
}

export const clientOf = (aws: Place['aws']): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(aws));

const connect = ({
  name,
  outputs,
  aws,
}: Pick<Place, 'name' | 'aws'> & { outputs: Readonly<Record<string, unknown>> }) => ({
  name,
  aws,
  client: clientOf(aws),
  tables: {
    heads: String(outputs.headsTable),
    log: String(outputs.logTable),
    connections: String(outputs.connectionsTable),
  },
});

const ofDataFolder = async (folder: string, project: string): Promise<Database> => {
  // Loaded only here: the local runtime's engines take long to load, and a stack on AWS needs none.
  const { openDataFolder } = await import('./data-folder.ts');
  const { outputs, endpoint, close } = await openDataFolder(folder, project);
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'local' };
  const database = connect({
    name: `the data folder ${folder}`,
    outputs,
    aws: { region: 'us-east-1', endpoint, credentials },
  });
  return {
    ...database,
    close: async () => {
      database.client.destroy();
      await close();
    },
  };
};

/** Finds the tables that are asked for. `say`: told which, where several runtimes could be meant. Throws `NoPlace` or `BadInput`. */
export const openDatabase = async (
  { data, stack, port }: PlaceFlags,
  folder: string,
  say?: (sentence: string) => void,
): Promise<Database> => {
  if (data !== undefined) return ofDataFolder(data, folder);
  const place = await findPlace({ stack, port, folder, say }).catch((cause: unknown) => {
    if (!(cause instanceof NoPlace) || stack !== undefined) throw cause;
    throw new BadInput(`${cause.message} An export is read with --file, a data folder with --data.`, { cause });
  });
  const database = connect(place);
  const { endpoint } = place.aws;
  const pages = endpoint === undefined ? {} : { pages: `http://localhost:${new URL(endpoint).port}` };
  return { ...database, ...pages, close: async () => database.client.destroy() };
};
