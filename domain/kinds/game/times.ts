/**
 * How far a client's clock may be ahead of the server's, in milliseconds. Clocks that nobody sets are minutes off; Kerberos (RFC 4120,
 * "clock skew") and the signatures of AWS allow five, too.
 */
const skew = 5 * 60_000;

/** Whether a time is later than any honest clock says `at`. */
export const isAhead = (time: number, at: number): boolean => time > at + skew;

/** By clients' clocks, in milliseconds since 1970. */
interface Times {
  readonly lastUpdateTime?: number | undefined;
  readonly currentUpdateTime?: number | undefined;
}

/** Which time of some items is ahead of when they were received, in a sentence: it would make all updates of honest clocks stale. */
export const timeAhead = (items: Times, at: number): string | undefined => {
  for (const key of ['lastUpdateTime', 'currentUpdateTime'] as const)
    if (isAhead(items[key] ?? at, at))
      return `Its ${key} is more than ${skew / 60_000} minutes ahead of the server's clock, which said ${at}.`;
  return undefined;
};
