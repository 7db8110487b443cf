import * as z from 'zod';
import { account } from '../aws.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** Sessions are as short as an environment of a function: nobody can know one when a policy is written. */
const isNoSession = (arn: string): boolean => !arn.startsWith('arn:aws:sts:');

const OfServices = z.object({ Principal: z.strictObject({ Service: z.unknown() }) });

/** Whether a statement is about services of AWS alone, which call nothing here: functions do. */
export const isAboutServices = (statement: unknown): boolean => OfServices.safeParse(statement).success;

/** Whom a resource-based policy is about, as its JSON has it. */
export const Principal = z.union([
  z.literal('*').transform(() => ({ AWS: ['*'] })),
  z.strictObject({
    AWS: oneOrMore.refine((arns) => arns.every(isNoSession), 'name the role, not a session of it').optional(),
    Service: oneOrMore.optional(),
  }),
]);

/** Whether functions with the role of this ARN are meant. */
export type PrincipalTest = (roleArn: string) => boolean;

const whole: readonly string[] = [account, `arn:aws:iam::${account}:root`];

/**
 * Of a statement's principals, those that functions can be. The account as a whole stands for everybody in it who is denied
 * something; allowed something it is left to the policies of roles. Source: IAM user guide, "AWS account principals".
 */
export const namedBy =
  ({ AWS = [] }: z.infer<typeof Principal>, effect: 'Allow' | 'Deny'): PrincipalTest =>
  (roleArn) =>
    AWS.some((arn) => arn === '*' || arn === roleArn || (effect === 'Deny' && whole.includes(arn)));
