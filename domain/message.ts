import * as z from 'zod';
import { clientError } from './errors.ts';
import { type Fault, faultOf } from './fault.ts';
import { inexactNumber, unfitValue } from './json-text.ts';
import { maxActionBytes } from './limits.ts';
import type { ErrorMessage } from './protocol.ts';
import { actionNames } from './routes.ts';

/** A client's message as far as all messages are alike, or what is wrong with it. */
export type ParsedMessage =
  | { readonly ok: true; readonly action: string; readonly message: object; readonly id?: string }
  | { readonly ok: false; readonly error: ErrorMessage };

/** What is wrong with a message; `fault` where its schema failed on it instead of saying so. */
export interface Wrong {
  readonly ok: false;
  readonly error: ErrorMessage;
  readonly fault?: Fault;
}

/** A part of a message as its schema passed it, or what is wrong with it. */
export type Checked<T> = { readonly ok: true; readonly value: T } | Wrong;

/** The client's own name for what it sends, so that it can be told what became of it. Unique: a UUID serves. */
const isId = (given: unknown): given is string =>
  typeof given === 'string' && given.length >= 1 && given.length <= 64 && given.isWellFormed();

/** Reads a message: white space around the JSON does no harm. What it says can be kept as it was sent, all of it. */
export const parseMessage = (body: string): ParsedMessage => {
  const wrong = (...reason: Parameters<typeof clientError>) => ({ ok: false, error: clientError(...reason) }) as const;
  if (Buffer.byteLength(body) > maxActionBytes) return wrong('too-large', `It may have ${maxActionBytes / 1024} KB.`);
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return wrong('not-json');
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return wrong('not-json');

  const given = 'id' in message ? message.id : undefined;
  const id = isId(given) ? given : undefined;
  const unfit = unfitValue(message) ?? inexactNumber(body);
  if (unfit !== undefined) return wrong('invalid-action', unfit, id);
  if (given !== id) return wrong('invalid-action', 'An "id" is a text of 1 to 64 characters.');
  const action = 'action' in message ? message.action : undefined;
  if (typeof action !== 'string') return wrong('no-action', knownActions(), id);
  return { ok: true, action, message, ...(id !== undefined && { id }) };
};

/** How many faults of a message its sender is told of: all of a long list would not fit into an answer (128 KB). */
const maxFaults = 3;

/** An action on which the rules of its kind failed: nobody can tell whether it is one. */
export const failed = (thrown: unknown, id?: string): Wrong => ({
  ok: false,
  error: clientError('invalid-action', 'The rules of the kind failed on it.', id),
  fault: faultOf(thrown),
});

/** What a client may send, in a sentence. */
export const knownActions = (): string => `The actions are: ${actionNames.join(', ')}.`;

/** Holds a part of a message against its schema. Never throws, whatever the schema does. */
export const check = <T>(schema: z.core.$ZodType<T>, part: unknown, id?: string): Checked<T> => {
  let checked: ReturnType<typeof z.safeParse<z.core.$ZodType<T>>>;
  try {
    checked = z.safeParse(schema, part);
  } catch (thrown) {
    return failed(thrown, id);
  }
  if (checked.success) return { ok: true, value: checked.data };
  const issues = checked.error.issues.slice(0, maxFaults);
  return { ok: false, error: clientError('invalid-action', z.prettifyError({ issues }), id) };
};

/** Reads a message that has to have the shape of a schema. */
export const parseRequest = <T>(body: string, schema: z.ZodType<T>): Checked<T> => {
  const parsed = parseMessage(body);
  return parsed.ok ? check(schema, parsed.message, parsed.id) : parsed;
};
