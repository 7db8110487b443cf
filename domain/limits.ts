/** A message that holds an action, in bytes. API Gateway itself takes frames of up to 32 KB. */
export const maxActionBytes = 32 * 1024;

/** A message to a client, in bytes: API Gateway posts no larger one. Source: API Gateway quotas, "WebSocket message payload size". */
export const maxPostBytes = 128 * 1024;

/** A room's state as JSON, in bytes: it has to fit into a page beside the events, and into one message (128 KB) to a member. */
export const maxStateBytes = 96 * 1024;

/** The events of one page as JSON, in bytes. With a state beside them a page stays under DynamoDB's 400 KB an item. */
export const maxPageBytes = 256 * 1024;

/** A state up to this size, in bytes, is written with every page: DynamoDB charges a write by the KB. */
export const freeStateBytes = 1024;

/** Rooms that one connection may be a member of: its record stays under 8 KB, and to join one more costs 8 write units at most. */
export const maxRooms = 100;

/** Data of a refused event that the log keeps, as JSON, in bytes: what does not count costs the one who sent it more than us. */
export const maxRefusedBytes = 1024;

/** How long an event that was sent again is looked for in the log, in milliseconds. */
export const retryWindow = 5 * 60 * 1000;
