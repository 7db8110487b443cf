import { randomUUID } from 'node:crypto';
import type { InvokeResult } from '../aws.ts';

/** How an invocation for which nobody waits failed for good. */
export interface GivenUp {
  readonly functionArn: string;
  readonly version: string;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly tries: number;
  readonly event: object;
  /** What came of the last try, where the function ran. */
  readonly failure: Extract<InvokeResult, { ok: false }> | undefined;
}

/** What an on-failure destination is sent, with the event itself. Source: Lambda developer guide, "Capturing records of asynchronous invocations". */
export const givenUpRecord = ({ functionArn, version, condition, tries, event, failure }: GivenUp): object => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: tries },
  requestPayload: event,
  ...(failure && {
    responseContext: { statusCode: 200, executedVersion: version, functionError: 'Unhandled' },
    responsePayload: { errorType: failure.errorType, errorMessage: failure.errorMessage },
  }),
});
