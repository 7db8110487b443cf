import { readStatements } from '../iam/statement.ts';
import type { Outcome } from './integration.ts';

/** What an authorizer came to: its context, as every event of the connection carries it, or the status of the refusal. */
export type Authorization =
  | { readonly ok: true; readonly context: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly status: 401 | 403 | 500; readonly why?: string };

/** Quota "AWS Lambda authorizer result size", in bytes. */
const maxResultBytes = 8 * 1024;

const broken = (why: string): Authorization => ({ ok: false, status: 500, why });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a policy says of invoking a route: a statement that denies outweighs all that allow. */
const allows = (policy: unknown, methodArn: string): boolean => {
  const said = readStatements('policyDocument', policy).filter((one) => one.about('execute-api:Invoke', methodArn));
  return said.length > 0 && said.every(({ effect }) => effect === 'Allow');
};

/** A context as it arrives at functions: every value as text. `undefined` where one is neither text, number nor boolean. */
const contextOf = (given: unknown): Readonly<Record<string, string>> | undefined => {
  if (given === undefined || given === null) return {};
  if (!isRecord(given)) return undefined;
  const isPlain = Object.values(given).every((value) => ['string', 'number', 'boolean'].includes(typeof value));
  return isPlain ? Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)])) : undefined;
};

/**
 * Reads what a REQUEST authorizer answered: 401 where it throws `Unauthorized`, 403 where its policy does not allow the route, 500
 * for whatever AWS calls a configuration error. `why` is for the person who wrote the authorizer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export const readVerdict = (outcome: Outcome, methodArn: string): Authorization => {
  if (!outcome.ok) return { ok: false, status: outcome.errorMessage === 'Unauthorized' ? 401 : 500 };
  const { value } = outcome;
  if (!isRecord(value) || typeof value.principalId !== 'string' || value.principalId === '')
    return broken('its answer has no principalId');
  if (Buffer.byteLength(JSON.stringify(value)) > maxResultBytes)
    return broken(`its answer is larger than ${maxResultBytes} bytes`);
  const context = contextOf(value.context);
  if (context === undefined) return broken('its context holds more than texts, numbers and booleans');
  try {
    if (!allows(value.policyDocument, methodArn)) return { ok: false, status: 403 };
  } catch (cause) {
    return broken(cause instanceof Error ? cause.message : String(cause));
  }
  return { ok: true, context: { ...context, principalId: value.principalId } };
};
