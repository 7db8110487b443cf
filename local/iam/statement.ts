import * as z from 'zod';
import { matcher } from '../pattern.ts';

/** What a policy says about one sort of call. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Whether it is about this action (`dynamodb:UpdateItem`) on this resource (an ARN). */
  about(action: string, resource: string): boolean;
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const StatementDocument = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
});

const PolicyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform((one) => [one])]),
});

/**
 * The statements of an identity-based policy, given as JSON text.
 *
 * Throws one sentence that names the policy for what is not evaluated here (conditions, policy variables) and for what is
 * no policy: to pass over it would allow here what AWS denies.
 */
export const readStatements = (policy: string, document: unknown): Statement[] => {
  const fail = (why: string, cause?: unknown): never => {
    throw new Error(`The local runtime cannot check calls against the policy “${policy}”: ${why}.`, { cause });
  };
  const read = PolicyDocument.safeParse(typeof document === 'string' ? parsed(document) : document);
  if (!read.success) return fail('it is not a policy document', read.error);

  return read.data.Statement.map((statement) => {
    const { success, data, error } = StatementDocument.safeParse(statement);
    if (!success)
      return fail(`a statement has what is not evaluated here (${z.prettifyError(error).replace(/\s+/g, ' ')})`);
    const action = eitherOf(data.Action, data.NotAction, 'i') ?? fail('a statement names no action');
    const resource = eitherOf(data.Resource, data.NotResource) ?? fail('a statement names no resource');
    if ([...(data.Resource ?? []), ...(data.NotResource ?? [])].some((arn) => arn.includes('${'))) {
      fail('policy variables are not evaluated here');
    }
    return { effect: data.Effect, about: (name, arn) => action(name) && resource(arn) };
  });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A test for the one of two lists that is there: one of these, or none of those. */
const eitherOf = (these: string[] | undefined, notThose: string[] | undefined, flags?: string) => {
  if ((these === undefined) === (notThose === undefined)) return undefined;
  const matchers = (these ?? notThose ?? []).map((pattern) => matcher(pattern, flags));
  const anyMatches = (text: string) => matchers.some((matches) => matches(text));
  return these === undefined ? (text: string) => !anyMatches(text) : anyMatches;
};
