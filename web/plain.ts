/** What the counter's page understands of the plain wire. */
export type PlainMessage =
  | { readonly type: 'state'; readonly value: number; readonly version: number | undefined }
  | { readonly type: 'error'; readonly message: string };

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Reads one message of the plain wire. A plain connection is a member of other rooms as well and hears their plain text:
 * whatever is neither the counter's state nor an error is undefined.
 */
export const readPlain = (text: string): PlainMessage | undefined => {
  const { type, value, version, message, connectionId, requestId } = parse(text) ?? {};
  if (type === 'state' && typeof value === 'number' && Number.isSafeInteger(value)) {
    return { type, value, version: typeof version === 'number' ? version : undefined };
  }
  if (typeof message !== 'string') return undefined;
  // API Gateway's own errors ("Forbidden", "Internal server error") have no type, but always these two ids.
  const isGateways = typeof connectionId === 'string' && typeof requestId === 'string';
  return type === 'error' || isGateways ? { type: 'error', message } : undefined;
};
