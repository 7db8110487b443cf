import type { LoggedEvent } from './event.ts';
import { sizeOf } from './size.ts';

/** Bytes of events in one message: API Gateway takes 128 KB, and an event alone may have 32 KB and its envelope. */
const maxMessageBytes = 90 * 1024;

/** An event as members are sent it: what others need not know is left out. */
const publicEvent = ({ seq, id, type, data, by, at }: LoggedEvent) => ({ seq, id, type, data, by, at });

/**
 * Messages that hold the events after `since` up to `to` that count, each as many as fit. Together they cover every `seq` in
 * between, refused ones included, so that a client sees whether it has missed any. At least one message.
 */
export const eventMessages = (
  room: string,
  events: readonly LoggedEvent[],
  since: number,
  to: number,
  more: { readonly recovered?: true } = {},
): readonly string[] => {
  const messages: string[] = [];
  let [from, size] = [since + 1, 0];
  let part: ReturnType<typeof publicEvent>[] = [];
  const close = (end: number) => {
    messages.push(JSON.stringify({ type: 'events', room, from, to: end, ...more, events: part }));
    [from, size, part] = [end + 1, 0, []];
  };
  let last = since;
  for (const event of events) {
    if (event.refused === undefined) {
      const shown = publicEvent(event);
      const bytes = sizeOf(JSON.stringify(shown));
      if (part.length > 0 && size + bytes > maxMessageBytes) close(last);
      part.push(shown);
      size += bytes;
    }
    last = event.seq;
  }
  close(to);
  return messages;
};

/** The message `state` of a room. */
export const stateMessage = (room: string, version: number, state: unknown): string =>
  JSON.stringify({ type: 'state', room, version, state });

/** The message `message`: what one connection has to say to another. */
export const messageFrom = (from: string, message: string): string =>
  JSON.stringify({ type: 'message', from, message });

/** The message `notice`: what an operator has to say to everyone. */
export const noticeMessage = (message: string): string => JSON.stringify({ type: 'notice', message });
