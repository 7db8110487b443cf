import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, type Caller, type Dispatch } from '../aws.ts';
import { queryErrorOf } from '../sqs/query-error.ts';
import { type Address, addressOf, scopeOf } from './address.ts';
import { createReadBody, type ReadBody } from './body.ts';
import { sizeOf } from './sizes.ts';

/** Tells who signs with an access key: a function's name, anything else is the person at this machine. */
export type CallerOf = (accessKeyId: string | undefined) => Caller;

/** Answers AWS's HTTP requests: reads a call, sends it through the door, writes what comes back. */
export const createHttpFront =
  (dispatch: Dispatch, callerOf: CallerOf, readBody: ReadBody = createReadBody()) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      // As text it leaves in one piece with the headers.
      const json = JSON.stringify(body);
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(json),
        'x-amzn-requestid': randomUUID(),
        ...headers,
      });
      response.end(json);
    };
    let address: Address | undefined;
    try {
      address = addressOf(request);
      const { service, operation, inputOf } = address;
      const input = inputOf(await readBody(request, ...sizeOf(service, operation)));
      answer(200, await dispatch({ service, operation, input, caller: callerOf(scopeOf(request)?.accessKey) }));
    } catch (cause) {
      const error = cause instanceof AwsError ? cause : new AwsError('InternalServerError', String(cause), 500);
      answer(
        error.status,
        { __type: error.name, message: error.message, ...error.members },
        { 'x-amzn-errortype': error.name, ...(address?.service === 'sqs' && queryErrorOf(error)) },
      );
    }
  };
