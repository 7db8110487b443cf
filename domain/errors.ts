import type { ErrorCode, ErrorMessage } from './protocol.ts';

/** What a client is told of each thing that it can do wrong. */
const sentences: Readonly<Record<ErrorCode, string>> = {
  'not-json': 'A message is a JSON object with a key "action".',
  'no-action': 'The message has no "action", or it is no text.',
  'unknown-action': 'There is no such action.',
  'invalid-action': 'The action does not have the shape it should have.',
  'too-large': 'The message is too large.',
  'no-such-room': 'There is no such room.',
  'no-such-connection': 'There is no such connection: the message was not delivered.',
  'no-such-user': 'There is no such user in that room: the message was not delivered.',
  forbidden: 'You may not do that.',
  expired: 'Your token has ended: sign in again, and connect with the new one.',
  'too-many-rooms': 'A connection may be in 100 rooms: leave one first.',
  'slow-down': 'Too much at once. Wait and send it again.',
  refused: 'The action does not count.',
  unavailable: 'That could not be done just now. Send it again.',
};

/**
 * What a client is sent when it did something wrong: a value, not an exception. `detail` is a sentence of its own: what
 * exactly was wrong, or what would be right.
 */
export const clientError = (code: ErrorCode, detail?: string, id?: string): ErrorMessage => ({
  type: 'error',
  code,
  message: detail ? `${sentences[code]} ${detail}` : sentences[code],
  ...(id !== undefined && { id }),
});
