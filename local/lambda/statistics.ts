/** What one function has done since the start. */
export interface FunctionStatistics {
  /** Invocations that ran, failed ones included; throttled ones are not. */
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly coldStarts: number;
  /** One per cold start: from starting the thread until the handler is loaded, in ms. */
  readonly initMs: readonly number[];
  /** The latest invocations, oldest first, at most 1,000: ms in the handler, waiting for an environment excluded. */
  readonly durationsMs: readonly number[];
}

const kept = 1_000;

/** Counts for one function. */
export const createStatistics = () => {
  const counts = { invocations: 0, errors: 0, throttles: 0, coldStarts: 0 };
  const initMs: number[] = [];
  const ring: number[] = [];
  return {
    throttled: () => {
      counts.throttles++;
    },
    started: (ms: number) => {
      counts.coldStarts++;
      initMs.push(ms);
    },
    ran: (ms: number, ok: boolean) => {
      ring[counts.invocations++ % kept] = ms;
      if (!ok) counts.errors++;
    },
    read: (): FunctionStatistics => {
      const oldest = ring.length < kept ? 0 : counts.invocations % kept;
      return { ...counts, initMs: [...initMs], durationsMs: [...ring.slice(oldest), ...ring.slice(0, oldest)] };
    },
  };
};
