import { isDeepStrictEqual } from 'node:util';
import type { Item, Level } from 'dynalite/db/index.js';
import type { TableDefinition } from './definition.ts';
import { derivedOperations } from './items.ts';
import { expiriesOf, indexesOf, itemsOf, schemaOf, within } from './keys.ts';

/** What the stored bytes of a table depend on. */
const schemaFor = ({ description, ttl }: TableDefinition) => ({
  keys: description.KeySchema.map(({ AttributeName, KeyType }) => ({
    name: AttributeName,
    role: KeyType,
    type: description.AttributeDefinitions.find((each) => each.AttributeName === AttributeName)?.AttributeType,
  })),
  indexes: [...(description.LocalSecondaryIndexes ?? []), ...(description.GlobalSecondaryIndexes ?? [])],
  ttl: ttl ?? null,
});

const keyText = (keys: ReturnType<typeof schemaFor>['keys']) =>
  keys.map(({ name, role, type }) => `${name} (${role}, ${type})`).join(' and ');

/** Items read at a time while indexes are made anew. */
const chunk = 256;

/** Makes the index entries and the order of expiry of all items of a table anew. */
const rebuild = async (db: Level, table: TableDefinition) => {
  await db.clear(within(indexesOf(table.name)));
  await db.clear(within(expiriesOf(table.name)));
  const prefix = itemsOf(table.name);
  const cursor = db.iterator(within(prefix));
  try {
    for (;;) {
      const entries = await cursor.nextv(chunk);
      if (entries.length === 0) return;
      await db.batch(
        entries.flatMap(([key, item]) => derivedOperations(table, key.slice(prefix.length), { after: item as Item })),
      );
    }
  } finally {
    await cursor.close();
  }
};

/**
 * Brings what is stored of a table in line with its definition: a new table is noted, changed indexes are made anew.
 * @throws Error when items are stored under another key, which cannot be changed without losing them.
 */
export const settleSchema = async (db: Level, table: TableDefinition): Promise<void> => {
  // Through JSON, as what is stored went: else an absent member would differ from an undefined one.
  const wanted: ReturnType<typeof schemaFor> = JSON.parse(JSON.stringify(schemaFor(table)));
  const stored = db.getSync(schemaOf(table.name)) as ReturnType<typeof schemaFor> | undefined;
  if (isDeepStrictEqual(stored, wanted)) return;
  if (stored && !isDeepStrictEqual(stored.keys, wanted.keys)) {
    throw new Error(
      `The stored table ${table.name} has the key ${keyText(stored.keys)}, the program wants ${keyText(wanted.keys)}: ` +
        'start with another data folder, or remove this one.',
    );
  }
  if (stored) await rebuild(db, table);
  await db.batch([{ type: 'put', key: schemaOf(table.name), value: wanted }]);
};
