import * as z from 'zod';
import { matcher } from '../pattern.ts';
import { isAboutServices, namedBy, Principal, type PrincipalTest } from './principal.ts';

/** What a policy says about one sort of call. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Whether it is about this action (`dynamodb:UpdateItem`) on this resource (an ARN). */
  about(action: string, resource: string): boolean;
}

/** What the policy of a queue or a bucket says about one sort of call, by one sort of caller. */
export interface ResourceStatement extends Statement {
  /** Whether it is about functions with the role of this ARN. */
  readonly names: PrincipalTest;
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const flag = z.union([z.boolean(), z.enum(['true', 'false'])]).transform(String);
const flags = z.union([flag.transform((one) => [one]), z.array(flag)]);

/**
 * The one condition that is evaluated. Calls come over HTTP here and count as if they came over TLS: no network carries them, and
 * a policy that refuses others is about networks.
 */
const secureTransport = z.strictObject({ 'aws:SecureTransport': flags });
const Condition = z.union([
  z.strictObject({ Bool: secureTransport }).transform(({ Bool }) => Bool),
  z.strictObject({ BoolIfExists: secureTransport }).transform(({ BoolIfExists }) => BoolIfExists),
]);

const IdentityStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: Condition.optional(),
});

const OfResource = IdentityStatement.extend({ Principal });

const PolicyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform((one) => [one])]),
});

/**
 * The statements of an identity-based policy, given as JSON text.
 *
 * Throws one sentence that names the policy for what is not evaluated here (most conditions, policy variables) and for what is
 * no policy: to pass over it would allow here what AWS denies.
 */
export const readStatements = (policy: string, document: unknown): Statement[] =>
  read(policy, document, IdentityStatement).map((statement) => statementOf(policy, statement));

/** The same of the policy of a queue or a bucket, which says about whom it is. What is about services alone is left out. */
export const readResourceStatements = (policy: string, document: unknown): ResourceStatement[] =>
  read(policy, document, OfResource, isAboutServices).map((statement) => ({
    ...statementOf(policy, statement),
    names: namedBy(statement.Principal, statement.Effect),
  }));

const fail = (policy: string, why: string, cause?: unknown): never => {
  throw new Error(`The local runtime cannot check calls against the policy “${policy}”: ${why}.`, { cause });
};

const read = <S extends z.ZodType>(
  policy: string,
  document: unknown,
  schema: S,
  isLeftOut = (_: unknown) => false,
): z.infer<S>[] => {
  const whole = PolicyDocument.safeParse(typeof document === 'string' ? parsed(document) : document);
  if (!whole.success) return fail(policy, 'it is not a policy document', whole.error);
  return whole.data.Statement.filter((statement) => !isLeftOut(statement)).map((statement) => {
    const { success, data, error } = schema.safeParse(statement);
    if (success) return data;
    const what = z.prettifyError(error).replace(/\s+/g, ' ');
    return fail(policy, `a statement has what is not evaluated here (${what})`);
  });
};

const statementOf = (policy: string, statement: z.infer<typeof IdentityStatement>): Statement => {
  const { Effect, Action, NotAction, Resource, NotResource, Condition: condition } = statement;
  const action = eitherOf(Action, NotAction, 'i') ?? fail(policy, 'a statement names no action');
  const resource = eitherOf(Resource, NotResource) ?? fail(policy, 'a statement names no resource');
  if ([...(Resource ?? []), ...(NotResource ?? [])].some((arn) => arn.includes('${'))) {
    fail(policy, 'policy variables are not evaluated here');
  }
  const applies = condition === undefined || condition['aws:SecureTransport'].includes('true');
  return { effect: Effect, about: (name, arn) => applies && action(name) && resource(arn) };
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
