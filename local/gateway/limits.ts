/**
 * What API Gateway allows a WebSocket API. None of it but the integration timeout can be changed by its owner.
 * Source: "Quotas for configuring and running a WebSocket API in API Gateway",
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */

/** Quota "Message payload size": 128 KB in either direction. A client that sends more is closed with 1009. */
export const maxMessageBytes = 128 * 1024;

/** Quota "WebSocket frame size": 32 KB. A larger message has to come in several frames; a larger frame closes with 1009. */
export const maxFrameBytes = 32 * 1024;

/** Quota "Length, in characters, of the URL for a WebSocket API". */
export const maxUrlLength = 4096;

/** Quota "Integration timeout": milliseconds, from the least that can be configured to the most, which is the default. */
export const integrationTimeout = { least: 50, most: 29_000 } as const;

/**
 * How many bytes may wait for a client that does not read before a post to it answers 429. AWS has such a limit
 * (LimitExceededException: "the WebSocket client side buffer is full") but does not publish it: ours is four of the
 * largest messages.
 */
export const maxWaitingBytes = 4 * maxMessageBytes;

/** Every limit in time, in milliseconds; tests shorten them. */
export interface Timing {
  /** Quota "Idle Connection Timeout": no message in either direction for so long closes with 1001. */
  readonly idle: number;
  /** Quota "Connection duration for WebSocket API": closed with 1001, whatever it is doing. */
  readonly duration: number;
  /** The most that an integration may take; one that is configured with less keeps its own. */
  readonly integration: number;
  /** How long a client has to answer a close frame before its socket is cut. Ours. */
  readonly closing: number;
  /** How often connections are looked over for the limits above: how late these may be noticed. Ours. */
  readonly sweep: number;
}

export const awsTiming: Timing = {
  idle: 10 * 60_000,
  duration: 2 * 60 * 60_000,
  integration: integrationTimeout.most,
  closing: 2_000,
  sweep: 1_000,
};
