import * as z from 'zod';
import { clientError } from './errors.ts';
import { maxActionBytes } from './limits.ts';
import type { ErrorMessage } from './protocol.ts';
import { actionNames } from './routes.ts';

/** A client's message as far as all messages are alike, or what is wrong with it. */
export type ParsedMessage =
  | { readonly ok: true; readonly action: string; readonly message: object; readonly id?: string }
  | { readonly ok: false; readonly error: ErrorMessage };

/** A part of a message as its schema passed it, or what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorMessage };

/** The client's own name for what it sends, so that it can be told what became of it. Unique: a UUID serves. */
export const clientId = z.string().min(1).max(64);

/** Reads a message: white space around the JSON does no harm. */
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
  const id = clientId.optional().safeParse(given);
  if (!id.success) return wrong('invalid-action', 'An "id" is a text of 1 to 64 characters.');
  const action = 'action' in message ? message.action : undefined;
  if (typeof action !== 'string') return wrong('no-action', knownActions(), id.data);
  return { ok: true, action, message, ...(id.data !== undefined && { id: id.data }) };
};

/** How many faults of a message its sender is told of: all of a long list would not fit into an answer (128 KB). */
const maxFaults = 3;

/** What a client may send, in a sentence. */
export const knownActions = (): string => `The actions are: ${actionNames.join(', ')}.`;

/** Holds a part of a message against its schema. */
export const check = <T>(schema: z.ZodType<T>, part: unknown, id?: string): Checked<T> => {
  const checked = schema.safeParse(part);
  if (checked.success) return { ok: true, value: checked.data };
  const issues = checked.error.issues.slice(0, maxFaults);
  return { ok: false, error: clientError('invalid-action', z.prettifyError({ issues }), id) };
};

/** Reads a message that has to have the shape of a schema. */
export const parseRequest = <T>(body: string, schema: z.ZodType<T>): Checked<T> => {
  const parsed = parseMessage(body);
  return parsed.ok ? check(schema, parsed.message, parsed.id) : parsed;
};
