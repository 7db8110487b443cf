/** A sentence for a person. Where no server answers, `fetch` throws a `TypeError` and the SDK passes it on; where one takes too long, the SDK gives up. */
export const sentenceOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  const isLost = (cause instanceof TypeError && /fetch/i.test(cause.message)) || cause.name === 'TimeoutError';
  return isLost ? 'The local runtime does not answer: is npm start still running?' : cause.message;
};
