/**
 * How long to wait before the nth retry (from 0), in ms: doubles, up to ten seconds.
 * AWS publishes no numbers for its pollers; these keep a fault of a moment short, and a lasting one cheap.
 */
export const backoffMs = (retry: number): number => Math.min(50 * 2 ** Math.min(retry, 20), 10_000);
