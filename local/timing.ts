/**
 * How long AWS takes beyond the calls themselves, in milliseconds: a function's start, its invocation, a poll of a shard, and
 * before it tries an asynchronous invocation again.
 */
export const awsTiming = { coldStartMs: 300, invokeMs: 10, streamPollMs: 250, wake: false, retryMs: [60_000, 120_000] };
/** A quiet stream is read as soon as it is written to, a busy one four times a second, as on AWS: what comes in between makes one batch. */
export const localTiming = { coldStartMs: 0, invokeMs: 0, streamPollMs: 250, wake: true, retryMs: [1000, 2000] };
