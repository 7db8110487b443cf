/** What can keep a moment of a room from being shown. */
export type ReplayFault =
  /** The source has no such room, or the room has no events. */
  | 'unknown-room'
  /** No kind claims the room's name. */
  | 'unknown-kind'
  /** The room has no such version. */
  | 'no-such-version'
  /** The log no longer goes back that far. */
  | 'gone'
  /** A page in the middle of the log is missing. */
  | 'broken-log'
  /** The file is no export, is cut or damaged, or was written by a newer foldcast. */
  | 'bad-file'
  /** The room may not be written: it exists, or it is of another kind. */
  | 'not-importable'
  /** It is no expression, or throws or does not end with a state. */
  | 'bad-expression';

/** Replay can't do what it was asked. The message is a sentence for a person; nothing was written. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly fault: ReplayFault;

  constructor(fault: ReplayFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
