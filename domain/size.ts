/** The size of a text in UTF-8, in bytes: what DynamoDB, SQS and API Gateway count and charge for. */
export const sizeOf: (text: string) => number =
  // The debugger folds in the browser, where there is no Buffer.
  typeof Buffer === 'undefined' ? (text) => new TextEncoder().encode(text).length : (text) => Buffer.byteLength(text);
