/** What was asked for can't be done. The message is a sentence for the person at the command line; nothing was written. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}
