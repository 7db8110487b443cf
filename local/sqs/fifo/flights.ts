import { randomUUID } from 'node:crypto';
import { createDeadlines } from './deadlines.ts';
import type { Message } from './message.ts';

/** The messages in flight: received, and neither deleted nor visible again. */
export interface Flights {
  readonly size: () => number;
  /** Puts a message in flight, or lets one that is stay for another while. */
  readonly fly: (message: Message, until: number) => void;
  readonly end: (message: Message) => void;
  readonly find: (handle: string) => Message | undefined;
  /** Ends the flight of one whose time is over. */
  readonly due: (now: number) => Message | undefined;
  /** When the next one is due. */
  readonly next: () => number | undefined;
}

export const createFlights = (): Flights => {
  const byHandle = new Map<string, Message>();
  const deadlines = createDeadlines<Message>();
  const end = (message: Message) => {
    if (message.flight) byHandle.delete(message.flight.handle);
    message.flight = undefined;
    deadlines.remove(message);
  };
  return {
    size: () => byHandle.size,
    fly: (message, until) => {
      const handle = message.flight?.handle ?? `${message.sequence}.${randomUUID()}`;
      message.flight = { handle, until };
      byHandle.set(handle, message);
      deadlines.set(message, until);
    },
    end,
    find: (handle) => byHandle.get(handle),
    due: (now) => {
      const message = deadlines.due(now);
      if (message) end(message);
      return message;
    },
    next: deadlines.next,
  };
};
