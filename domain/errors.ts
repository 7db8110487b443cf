/** What a client can do wrong, and what it is told. The codes are part of the protocol: docs/protocol.md lists them. */
const sentences = {
  'not-json': 'A message is a JSON object with a key "action".',
  'no-action': 'The message has no "action", or it is no text.',
  'unknown-action': 'There is no such action.',
  'invalid-action': 'The action does not have the shape it should have.',
  'too-large': 'The message is too large.',
  'no-such-room': 'There is no such room.',
  'no-such-connection': 'There is no such connection: the message was not delivered.',
  refused: 'The action does not count.',
  unavailable: 'That could not be done just now. Send it again.',
} as const;

export type ErrorCode = keyof typeof sentences;

/** All codes that a client can meet. */
export const errorCodes = Object.keys(sentences) as readonly ErrorCode[];

/** What a client is sent when it did something wrong. A value, not an exception. */
export interface ClientError {
  readonly type: 'error';
  readonly code: ErrorCode;
  /** A sentence for a person. */
  readonly message: string;
  /** The client's own id of what it sent, where it gave one. */
  readonly id?: string;
}

/** `detail` is a sentence of its own: what exactly was wrong, or what would be right. */
export const clientError = (code: ErrorCode, detail?: string, id?: string): ClientError => ({
  type: 'error',
  code,
  message: detail ? `${sentences[code]} ${detail}` : sentences[code],
  ...(id !== undefined && { id }),
});
