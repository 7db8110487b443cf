/** What a rule threw, as texts: whatever it was, telling of it does no harm. */
export interface Fault {
  readonly message: string;
  /** Where it was thrown, a line for each call; absent for what is no error. */
  readonly stack?: string;
}

/** Characters that are told: more than people read, and far less than a log line may have (256 KB in CloudWatch). */
const longest = { message: 2_000, stack: 8_000 };

const part = (thrown: unknown, key: 'message' | 'stack'): string | undefined => {
  const text: unknown = (thrown as Partial<Error> | null | undefined)?.[key];
  return typeof text === 'string' ? text.slice(0, longest[key]) : undefined;
};

/** Makes a fault of anything that can be thrown. Never throws: what is thrown may throw when it is looked at. */
export const faultOf = (thrown: unknown): Fault => {
  try {
    const stack = part(thrown, 'stack');
    const message = part(thrown, 'message') ?? String(thrown).slice(0, longest.message);
    return { message, ...(stack !== undefined && { stack }) };
  } catch {
    return { message: 'Something was thrown that has no text.' };
  }
};
