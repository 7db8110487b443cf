import { randomUUID } from 'node:crypto';
import dynalite, { type Item, type TableDescription } from 'dynalite/db/index.js';
import { region } from '../aws.ts';
import type { StreamView } from './definition.ts';
import type { SequenceNumber } from './sequence.ts';

/** Who made a change that no caller asked for, as GetRecords has it. */
export interface Identity {
  readonly Type: 'Service';
  readonly PrincipalId: string;
}

/** A record as GetRecords answers it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly userIdentity?: Identity;
  readonly dynamodb: {
    /** Seconds since the epoch. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: SequenceNumber;
    /** Bytes of the keys and the images, by DynamoDB's rules. */
    readonly SizeBytes: number;
    readonly StreamViewType: StreamView;
  };
}

/** What happened to an item. At least one of the images is there. */
export interface Change {
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
  readonly identity?: Identity | undefined;
}

const isSet = (type: string) => type === 'SS' || type === 'NS' || type === 'BS';

const sameMembers = (one: readonly unknown[], other: readonly unknown[]): boolean => {
  const members = new Set(other);
  return one.length === other.length && one.every((member) => members.has(member));
};

/** Whether two items, or two parts of items, are the same to DynamoDB: neither the order of names nor that of a set counts. */
export const same = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((each, at) => same(each, other[at]))
    );
  }
  const others = new Map(Object.entries(other));
  const entries = Object.entries(one);
  return (
    entries.length === others.size &&
    entries.every(([name, value]) => {
      const theirs = others.get(name);
      return isSet(name) && Array.isArray(value) && Array.isArray(theirs)
        ? sameMembers(value, theirs)
        : same(value, theirs);
    })
  );
};

const keysOf = (item: Item, table: TableDescription): Item =>
  Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}]));

const eventName = ({ before, after }: Change): StreamRecord['eventName'] => {
  if (!before) return 'INSERT';
  return after ? 'MODIFY' : 'REMOVE';
};

/** The record of a change, with the images that the stream's view asks for. */
export const createRecord = (
  table: TableDescription,
  view: StreamView,
  change: Change,
  sequenceNumber: SequenceNumber,
): StreamRecord => {
  const Keys = keysOf(change.after ?? change.before ?? {}, table);
  const NewImage = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? change.after : undefined;
  const OldImage = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES' ? change.before : undefined;
  const sizes = [Keys, NewImage, OldImage].map((image) => (image ? dynalite.itemSize(image) : 0));
  return {
    eventID: randomUUID().replaceAll('-', ''),
    eventName: eventName(change),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    ...(change.identity ? { userIdentity: change.identity } : {}),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Number(sequenceNumber.slice(0, 13)) / 1000),
      Keys,
      ...(NewImage ? { NewImage } : {}),
      ...(OldImage ? { OldImage } : {}),
      SequenceNumber: sequenceNumber,
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      StreamViewType: view,
    },
  };
};
