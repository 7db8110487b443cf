/** An action that does not count, or a question that is not answered. */
export class Refused<Reason extends string = string> extends Error {
  override readonly name = 'Refused';
  /** A word to act on. */
  readonly reason: Reason;
  /** The `type` of the action. */
  readonly action: string;
  readonly room: string;
  constructor(
    reason: Reason,
    action: string,
    room: string,
    message = `${action} does not count in ${room}: ${reason}.`,
  ) {
    super(message);
    this.reason = reason;
    this.action = action;
    this.room = room;
  }
}

/** Nobody could say for five minutes what became of an action: it may have counted, or not. Look at the room before you try again. */
export class Uncertain extends Error {
  override readonly name = 'Uncertain';
  constructor(action: string, room: string) {
    super(`${action} may have counted in ${room}, or not: it was sent, and nobody answered for five minutes.`);
  }
}

/** So many actions wait already that no more are taken. */
export class TooMany extends Error {
  override readonly name = 'TooMany';
  constructor(most: number) {
    super(`${most} actions wait to be sent: no more are kept. Wait for some of them.`);
  }
}

/** The client was closed, or the room was left, before it was answered. */
export class Closed extends Error {
  override readonly name = 'Closed';
  constructor(why: string) {
    super(`It was given up: ${why}.`);
  }
}
