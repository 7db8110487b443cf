import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { MadeBy } from '../domain/version.ts';
import { itemMadeBy, type PageItem, stateOf } from './pages.ts';

/** How far a room has been folded afresh, and the state there. */
export interface Bookmark extends MadeBy {
  /** The `seq` of the last event in the state. */
  readonly to: number;
  readonly state: unknown;
  readonly epoch: string;
  /** The last event that counted up to there. */
  readonly counted: number;
}

/**
 * One item a room in table `log`, before all pages: no page begins at 0, so no reader of pages meets it. Whoever folds a long log
 * afresh goes on from there, and rooms in which nothing happens any more are folded afresh once and not at each join.
 */
export interface Bookmarks {
  read(room: string): Promise<Bookmark | undefined>;
  write(room: string, bookmark: Bookmark): Promise<void>;
}

const from = 0;

type Item = Omit<PageItem, 'events' | 'bytes' | 'at'> & { readonly counted: number };

export const createBookmarks = (client: DynamoDBDocumentClient, table: string): Bookmarks => ({
  read: async (room) => {
    // No GetItem: whoever reads pages may query, and need not be granted more.
    const answer = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'room = :room AND #from = :from',
        ExpressionAttributeNames: { '#from': 'from' },
        ExpressionAttributeValues: { ':room': room, ':from': from },
        ConsistentRead: true,
      }),
    );
    const [item] = (answer.Items ?? []) as Item[];
    const recorded = item && stateOf(item);
    if (!item || !recorded || !('state' in recorded) || !Number.isSafeInteger(item.to)) return undefined;
    const { to, epoch = '', counted } = item;
    return { to, epoch, counted, state: recorded.state, ...itemMadeBy(item) };
  },
  write: async (room, { state, ...bookmark }) => {
    const Item = { room, from, ...bookmark, state: JSON.stringify(state) } satisfies Item;
    await client.send(new PutCommand({ TableName: table, Item }));
  },
});
