/** Milliseconds after which a call without an answer counts as lost: well before a function's own time is over. */
export const patience = 3000;

/** How every SDK client of a function makes its calls. Those that take too long reject with a `TimeoutError`. */
export const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: patience,
  // Without this the SDK only logs that the time is over, and goes on waiting.
  throwOnRequestTimeout: true,
  // `requestTimeout` covers the wait for an answer's headers only. This one also ends an answer whose body stops halfway.
  socketTimeout: patience,
};
