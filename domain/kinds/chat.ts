import * as z from 'zod/mini';
import { defineKind } from '../kind.ts';
import { withNewest } from '../newest.ts';
import { type Crowd, foldPresence, isPresence, presence, presenceRefusal } from '../presence.ts';
import { sizeOf } from '../size.ts';

/** What one message may have, in bytes of UTF-8. */
const maxTextBytes = 4 * 1024;

/** What the state keeps. 48 KB leave room for a crowd under the limit of a state (96 KB), whatever is written. */
const kept = { count: 50, bytes: 48 * 1024 };

const text = z
  .string()
  .check(z.refine((value) => sizeOf(value) <= maxTextBytes, `A text may have ${maxTextBytes / 1024} KB.`));

/** A message as those who come later see it. */
interface ChatMessage {
  readonly seq: number;
  readonly by: string;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
  readonly text: string;
}

interface ChatState extends Crowd {
  /** The last ones, the newest at the end. */
  readonly messages: readonly ChatMessage[];
}

const quiet: ChatState = { messages: [], present: [] };

/** Rules of the chat: everyone is sent every message. An echo is sent to all as well, but not kept for those who come later. */
export const chat = defineKind({
  name: 'chat',
  actions: { onMessage: z.object({ message: text }), echomessage: z.object({ data: text }) },
  internal: presence,
  roomOf: () => undefined,
  defaultRoom: 'lobby',
  initial: quiet,
  refusal: (state, event) => (isPresence(event) ? presenceRefusal(state, event) : undefined),
  fold: (state, event) => {
    switch (event.type) {
      case 'onMessage': {
        const message = { seq: event.seq, by: event.by, at: event.at, text: event.data.message };
        return { ...state, messages: withNewest(state.messages, message, kept) };
      }
      case 'echomessage':
        return state;
      default:
        return foldPresence(state, event);
    }
  },
  cast: 'events',
  plain: ({ events }) =>
    events.flatMap((event) => {
      if (event.refused !== undefined || isPresence(event)) return [];
      return [event.type === 'onMessage' ? event.data.message : event.data.data];
    }),
});
