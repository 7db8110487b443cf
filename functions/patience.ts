/** Milliseconds after which a call without an answer counts as lost: well before a function's own time is over. */
export const patience = 3000;

/** How every SDK client of a function makes its calls. Those that take too long reject with a `TimeoutError`. */
export const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: patience,
  // Else the SDK logs that the time is over, and goes on waiting.
  throwOnRequestTimeout: true,
  // The time above ends with the head of an answer: this one is for answers that stop halfway.
  socketTimeout: patience,
};
