import { Line } from './line.ts';
import type { Message } from './message.ts';

/** The messages of one MessageGroupId. */
export interface Group {
  readonly id: string;
  /** Were in flight and are visible again, by sequence: at most ten, and all before those that wait. */
  readonly returned: Message[];
  readonly waiting: Line<Message>;
  flying: number;
  /** The greatest sequence that was in flight. */
  lastFlown: number;
  /** Whether it stands in line to be received from. */
  inLine: boolean;
}

/**
 * Who comes next. "While messages with a particular MessageGroupId are invisible, no more messages belonging to the same
 * MessageGroupId are returned" (SQS API reference, ReceiveMessage): a group is in line while none of it is in flight.
 */
export interface Groups {
  /** Adds a message at the end of its group; one that is kept from before, in order, after those in flight have flown. */
  readonly add: (message: Message) => void;
  /** A message is in flight. */
  readonly fly: (message: Message) => void;
  /** A message in flight is visible again, in its place. */
  readonly land: (message: Message) => void;
  /** A message in flight is no more. */
  readonly gone: (message: Message) => void;
  /** The group whose turn it is. It has to be put back with `done`. */
  readonly next: () => Group | undefined;
  readonly done: (group: Group) => void;
}

export const firstOf = (group: Group): Message | undefined => group.returned.shift() ?? group.waiting.shift();

export const createGroups = (): Groups => {
  const groups = new Map<string, Group>();
  const line = new Line<Group>();

  const groupOf = (id: string): Group => {
    const found = groups.get(id);
    if (found) return found;
    const group = { id, returned: [], waiting: new Line<Message>(), flying: 0, lastFlown: 0, inLine: false };
    groups.set(id, group);
    return group;
  };

  const done = (group: Group) => {
    if (group.inLine || group.flying > 0) return;
    if (group.returned.length + group.waiting.length === 0) groups.delete(group.id);
    else {
      group.inLine = true;
      line.push(group);
    }
  };

  const grounded = (group: Group) => {
    group.flying--;
    done(group);
  };

  return {
    add: (message) => {
      const group = groupOf(message.group);
      // One that landed before a restart, while others of its batch stayed in flight.
      if (message.sequence < group.lastFlown) group.returned.push(message);
      else group.waiting.push(message);
      done(group);
    },
    fly: (message) => {
      const group = groupOf(message.group);
      group.flying++;
      group.lastFlown = Math.max(group.lastFlown, message.sequence);
    },
    land: (message) => {
      const group = groupOf(message.group);
      group.returned.push(message);
      group.returned.sort((a, b) => a.sequence - b.sequence);
      grounded(group);
    },
    gone: (message) => grounded(groupOf(message.group)),
    next: () => {
      const group = line.shift();
      if (group) group.inLine = false;
      return group;
    },
    done,
  };
};
