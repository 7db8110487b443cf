import { z } from 'zod';
import { matcher } from '../pattern.ts';

const Rule = z.object({
  allowedMethods: z.array(z.enum(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])),
  allowedOrigins: z.array(z.string()),
  allowedHeaders: z.array(z.string()).nullish(),
  exposeHeaders: z.array(z.string()).nullish(),
  maxAgeSeconds: z.number().nullish(),
  id: z.string().nullish(),
});

/** The inputs of `aws:s3/bucketCorsConfiguration:BucketCorsConfiguration` that say who may do what. */
export const CorsInputs = z.object({ bucket: z.string(), corsRules: z.array(Rule) });

export type CorsRule = z.infer<typeof Rule>;

/** What a browser asks before it sends a request from another origin, or says when it sends one. */
export interface CorsQuestion {
  readonly origin: string;
  readonly method: string;
  /** The headers that it would send, for a preflight. */
  readonly headers?: readonly string[];
}

/** S3 allows one `*` in an origin or a header name, and neither has a `?`. */
const fits = (pattern: string, text: string): boolean => matcher(pattern, 'i')(text);

const allows = (rule: CorsRule, { origin, method, headers = [] }: CorsQuestion): boolean =>
  rule.allowedOrigins.some((pattern) => fits(pattern, origin)) &&
  rule.allowedMethods.some((allowed) => allowed === method) &&
  headers.every((header) => rule.allowedHeaders?.some((pattern) => fits(pattern, header)));

/** An origin that nobody can have. Source: RFC 6761, section 6.4. */
const nobody = (origin: string): string => origin.replace(/\/\/.*/, '//nobody.invalid');

/**
 * Whether a rule allows this to an origin, and names it: `*` and `https://*` let everybody in, which on AWS is safe, as nobody can
 * sign there who does not know the secret. Here all know it.
 */
export const namesOrigin = (rules: readonly CorsRule[], question: CorsQuestion): boolean =>
  rules.some((rule) => {
    const allowedOrigins = rule.allowedOrigins.filter((pattern) => !fits(pattern, nobody(question.origin)));
    return allows({ ...rule, allowedOrigins }, question);
  });

/**
 * The headers that let a browser go on: those of the first rule that fits. Undefined when none does.
 * Source: S3 user guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?".
 */
export const corsHeaders = (
  rules: readonly CorsRule[],
  question: CorsQuestion,
): Readonly<Record<string, string>> | undefined => {
  const rule = rules.find((each) => allows(each, question));
  if (rule === undefined) return undefined;
  const { headers = [] } = question;
  const anyone = rule.allowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyone ? '*' : question.origin,
    ...(anyone ? {} : { 'access-control-allow-credentials': 'true' }),
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ').toLowerCase() }),
    ...(rule.exposeHeaders?.length && { 'access-control-expose-headers': rule.exposeHeaders.join(', ') }),
    ...(rule.maxAgeSeconds != null && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
};
