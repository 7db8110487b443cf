import * as pulumi from '@pulumi/pulumi';
import * as z from 'zod';
import { isPattern, isUsefulPattern } from '../domain/media-type.ts';
import { isRoom } from '../domain/routes.ts';
import { authFault, authSettings } from './auth.ts';
import { domainFault, domainSettings } from './domains.ts';

/** Days that CloudWatch keeps log lines: the only values that PutRetentionPolicy accepts, up to a year. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365];

const wholeNumber = (from: number, to: number) =>
  z
    .int(`has to be a whole number from ${from} to ${to}`)
    .min(from, `has to be at least ${from}`)
    .max(to, `has to be at most ${to}`);

/** What is wrong with how many functions run at once: pollers that get no environment would be throttled for good. */
const concurrencyFault = (config: {
  readonly foldParallelization: number;
  readonly foldReservedConcurrency?: number | undefined;
  readonly maxSendConcurrency: number;
  readonly sendReservedConcurrency?: number | undefined;
}) => {
  const { foldParallelization, foldReservedConcurrency: fold = foldParallelization } = config;
  if (fold < foldParallelization)
    return {
      key: 'foldReservedConcurrency',
      message: `has to be at least foldParallelization, ${foldParallelization}`,
    };
  const { maxSendConcurrency, sendReservedConcurrency: send = maxSendConcurrency } = config;
  if (send < maxSendConcurrency)
    return { key: 'sendReservedConcurrency', message: `has to be at least maxSendConcurrency, ${maxSendConcurrency}` };
  return undefined;
};

/** A budget that tells nobody is none. */
const budgetFault = (config: {
  readonly monthlyBudget?: number | undefined;
  readonly alarmEmail?: string | undefined;
  readonly alarmTopicArn?: string | undefined;
}) =>
  config.monthlyBudget !== undefined && config.alarmEmail === undefined && config.alarmTopicArn === undefined
    ? { key: 'monthlyBudget', message: 'has to go with an alarmEmail or an alarmTopicArn, which is told' }
    : undefined;

const schema = z
  .object({
    ...authSettings,
    ...domainSettings,
    /**
     * Origins whose pages may connect: `*` once in each, for any text. What is no page says no origin, and may always. Without it the
     * stack's own pages may, or where it has none anybody's.
     */
    origins: z
      .array(
        z.string().regex(/^(\*|https?:\/\/[^*/]*\*?[^*/]*)$/, 'has to hold origins such as https://play.example.com'),
        { error: 'has to be a list of origins' },
      )
      .min(1, 'has to hold at least one origin')
      .optional(),
    /** Rooms, `<kind>/<id>`, that a plain connection is a member of at once. */
    defaultRooms: z
      .array(z.string().regex(/^[^/]+\/[^/]+$/, 'has to hold names such as counter/global-counter'), {
        error: 'has to be a list of rooms',
      })
      .max(25, 'has to hold at most 25 rooms')
      .refine((rooms) => new Set(rooms).size === rooms.length, 'has to name each room once')
      .refine((rooms) => rooms.every(isRoom), 'has to hold rooms of the kinds in domain/registry.ts')
      .default([]),
    /** Keeps tables, bucket and API from being removed or replaced, and what was in them for a while. */
    protect: z.boolean('has to be true or false').default(true),
    /** Days that the functions' log lines are kept. */
    logRetentionDays: z.literal(retentions, `has to be one of ${retentions.join(', ')}`).default(30),
    /** Days that events are kept; for ever if it is not said. Ten years at most. */
    eventRetentionDays: wholeNumber(1, 3650).optional(),
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], 'has to be DEBUG, INFO, WARN or ERROR').default('INFO'),
    /** Records. Lambda takes 1 to 10,000 from a stream at once. */
    foldBatchSize: wholeNumber(1, 10_000).default(1000),
    /** Batches of one shard at once. Lambda allows 1 to 10. */
    foldParallelization: wholeNumber(1, 10).default(4),
    /** Concurrent batches from the queue. Lambda allows 2 to 1,000. */
    maxSendConcurrency: wholeNumber(2, 1000).default(20),
    /** Invocations at once that are kept for a function, and the most that it has. Lambda keeps 100 of the account's for all that reserve none. */
    foldReservedConcurrency: wholeNumber(1, 10_000).optional(),
    sendReservedConcurrency: wholeNumber(2, 10_000).optional(),
    /**
     * Messages a second, and at once, that a route takes. In 13 regions an account has 2,500 and 1,250 for all its APIs and all its
     * posts together, in the others 10,000 and 5,000: the default is half of the least, so that posts have the other half.
     */
    throttleRate: wholeNumber(1, 10_000).default(1250),
    throttleBurst: wholeNumber(1, 5000).default(625),
    /** Actions that one sender may have in a room and one connection in all rooms, a second in the long run and at once. A kind may set its own. */
    actionsPerSecond: wholeNumber(1, 1_000_000).default(50),
    actionBurst: wholeNumber(1, 1_000_000).default(100),
    /** Ids that there are only once, as those of games, that one sender may take an hour. */
    creationsPerHour: wholeNumber(1, 1_000_000_000).default(60),
    /** The largest file that a client may upload, in bytes. S3 takes 5 GB in one PUT. */
    uploadMaxBytes: wholeNumber(1, 5 * 1024 ** 3).default(10 * 1024 ** 2),
    /** Media types that clients may upload. A pattern admits none in which something can run: SVG and HTML have to be named. */
    uploadTypes: z
      .array(
        z
          .string()
          .regex(/^[a-z0-9.+-]+\/([a-z0-9.+-]+|\*)$/, 'has to hold media types such as text/plain or image/*')
          .refine(
            (type) => !isPattern(type) || isUsefulPattern(type),
            'has to name its types one by one: of patterns only image/*, audio/*, video/* and font/* are safe',
          ),
        { error: 'has to be a list of media types' },
      )
      .min(1, 'has to hold at least one media type')
      .default(['image/*', 'audio/*', 'video/*', 'text/plain', 'text/csv', 'application/pdf', 'application/json']),
    /** Files that one sender may upload an hour, and at once. Times `uploadMaxBytes` it is what one sender can fill the bucket with. */
    uploadsPerHour: wholeNumber(1, 1_000_000).default(100),
    /** Days after which what clients uploaded is removed; for ever if it is not said. Ten years at most. */
    uploadRetentionDays: wholeNumber(1, 3650).optional(),
    /** Origins whose pages may upload, beside the stack's own: S3 takes one `*` in each. */
    uploadOrigins: z
      .array(
        z.string().regex(/^(\*|https?:\/\/[^*/]*\*?[^*/]*)$/, 'has to hold origins such as https://play.example.com'),
        {
          error: 'has to be a list of origins',
        },
      )
      .default([]),
    /** The SNS topic that alarms go to, and an address that is written to. */
    alarmTopicArn: z
      .string()
      .regex(/^arn:[^:]+:sns:/, 'has to be the ARN of an SNS topic')
      .optional(),
    alarmEmail: z.email('has to be an e-mail address').optional(),
    /** Milliseconds from append to post that 99 of 100 deliveries may take. */
    alarmDeliveryMs: wholeNumber(100, 600_000).default(5000),
    /** Dollars that the account may cost in a month. */
    monthlyBudget: wholeNumber(1, 10_000_000).optional(),
    /** Traces of X-Ray. */
    tracing: z.boolean('has to be true or false').default(false),
    /** A line for each connection and message in a log of API Gateway's. */
    accessLogs: z.boolean('has to be true or false').default(false),
  })
  .superRefine((config, context) => {
    const fault = authFault(config) ?? domainFault(config) ?? budgetFault(config) ?? concurrencyFault(config);
    if (fault) context.addIssue({ code: 'custom', path: [fault.key], message: fault.message });
  });

/** All keys that there are. */
export const keys: readonly string[] = Object.keys(schema.shape);

/** What an environment can choose. Its file, `Pulumi.<stack>.yaml`, has the words for each. */
export type Config = z.infer<typeof schema>;

/**
 * A stack's name is part of the names of what is in it, of which the longest is a role's: `foldcast-<stack>-membership-role-1a2b3c4`
 * (64 characters, IAM User Guide, "IAM and AWS STS quotas"). And a queue's name may have no `.`, a bucket's no `_` and no capital.
 */
const refuseStackName = (stack: string): void => {
  const longest = 64 - `${pulumi.getProject()}--membership-role-1a2b3c4`.length;
  if (/^[a-z0-9-]+$/.test(stack) && stack.length <= longest) return;
  throw new pulumi.RunError(
    `Name the stack ${stack} otherwise, with pulumi stack rename: roles, queues and buckets are named after it, so it has to be a-z, 0-9 and - alone, ${longest} at most.`,
  );
};

/**
 * The stack's configuration, checked and with defaults filled in.
 *
 * Throws a `RunError` of one sentence that names the key, for a value that cannot be used and for a key that does not exist; and
 * one for a stack that can't be called so.
 */
export const readConfig = (): Config => {
  const config = new pulumi.Config();
  const stack = pulumi.getStack();
  refuseStackName(stack);
  const file = `Pulumi.${stack}.yaml`;

  const own = Object.keys(pulumi.runtime.allConfig()).filter((key) => key.startsWith(`${config.name}:`));
  const unknown = own.find((key) => !keys.includes(key.slice(config.name.length + 1)));
  if (unknown !== undefined) {
    throw new pulumi.RunError(`Remove ${unknown} from ${file}: there is no such key, only ${keys.join(', ')}.`);
  }

  const given = keys.flatMap((key) => {
    const text = config.get(key);
    // A secret is text even where it looks like a number.
    return text === undefined ? [] : [[key, key === 'authSecret' ? text : parsed(text)] as const];
  });
  const read = schema.safeParse(Object.fromEntries(given));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new pulumi.RunError(`Correct ${config.name}:${issue?.path[0]?.toString()} in ${file}: it ${issue?.message}.`);
  }
  return read.data;
};

/** Pulumi hands every value over as text: lists, numbers and booleans as JSON, strings as they are. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
