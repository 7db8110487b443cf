import { statSync } from 'node:fs';
import { type Archive, account, type Resource, region } from '../aws.ts';

/** The memory that runs a handler, in MB: AWS's range and default. Source: CreateFunction, `MemorySize`. */
const memory = { least: 128, most: 10_240, default: 128 };
/** How long one invocation may take, in seconds. Source: CreateFunction, `Timeout`. */
const time = { least: 1, most: 900, default: 3 };

/** The runtimes that the Node of this process stands in for, and whether they still call handlers with a callback. */
const runtimes: Readonly<Record<string, { callbacks: boolean }>> = {
  'nodejs20.x': { callbacks: true },
  'nodejs22.x': { callbacks: true },
  'nodejs24.x': { callbacks: false },
};

/** Inputs that are used here, and those that change nothing which a function could notice. */
const understood = new Set([
  ...['name', 'code', 'handler', 'runtime', 'role', 'timeout', 'memorySize', 'environment', 'loggingConfig'],
  ...['reservedConcurrentExecutions', 'packageType'],
  ...['architectures', 'description', 'tags', 'tagsAll', 'tracingConfig', 'publish', 'region', 'ephemeralStorage'],
  ...['sourceCodeHash', 'codeSha256', 'kmsKeyArn', 'sourceKmsKeyArn', 'skipDestroy'],
]);

/** What is known of a function before it runs. */
export interface FunctionSettings {
  readonly name: string;
  readonly arn: string;
  /** `$LATEST`, or the one that is published. */
  readonly version: string;
  /** ARN of the role whose policies its calls are checked against. */
  readonly role: string;
  /** The folder with its code. */
  readonly root: string;
  /** `<file without extension>.<export>`, relative to `root`. */
  readonly handler: string;
  readonly runtime: string;
  /** Whether `handler(event, context, callback)` is allowed: up to Node 22. */
  readonly callbacks: boolean;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  /** At most this many invocations at once; undefined: no limit of its own. */
  readonly reserved: number | undefined;
  readonly logGroup: string;
}

/**
 * Reads an `aws:lambda/function:Function`.
 * @throws Error when an input is missing, out of AWS's range, or not one that runs here.
 */
export const functionSettings = ({ name: logical, inputs, outputs }: Resource): FunctionSettings => {
  const refuse = (reason: string): never => {
    throw new Error(`Lambda function "${logical}" cannot run here: ${reason}`);
  };
  const text = (key: string, value: unknown): string =>
    typeof value === 'string' && value !== '' ? value : refuse(`its ${key} must be a text, but is ${show(value)}.`);
  const whole = (key: string, range: { least: number; most: number; default: number }): number => {
    const value = inputs[key] ?? range.default;
    return typeof value === 'number' && Number.isInteger(value) && value >= range.least && value <= range.most
      ? value
      : refuse(`its ${key} must be a whole number from ${range.least} to ${range.most}, but is ${show(value)}.`);
  };

  for (const [key, value] of Object.entries(inputs)) {
    if (value != null && !understood.has(key)) refuse(`its input "${key}" has no local counterpart; remove it.`);
  }
  if ((inputs.packageType ?? 'Zip') !== 'Zip') refuse('its packageType must be Zip: container images do not run here.');

  const runtime = text('runtime', inputs.runtime);
  const { callbacks } =
    runtimes[runtime] ?? refuse(`its runtime ${runtime} is none of ${Object.keys(runtimes).join(', ')}.`);
  const root = text('code', (inputs.code as Archive | undefined)?.path);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) refuse(`its code, ${root}, is no folder.`);

  const name = text('name', outputs.name ?? inputs.name);
  const variables = (inputs.environment as { variables?: Record<string, string> } | undefined)?.variables ?? {};
  const logging = inputs.loggingConfig as { logGroup?: string } | undefined;
  const reserved = whole('reservedConcurrentExecutions', { least: -1, most: Number.MAX_SAFE_INTEGER, default: -1 });
  return {
    name,
    arn: text('arn', outputs.arn ?? `arn:aws:lambda:${region}:${account}:function:${name}`),
    version: typeof outputs.version === 'string' ? outputs.version : '$LATEST',
    role: text('role', inputs.role),
    root,
    handler: text('handler', inputs.handler),
    runtime,
    callbacks,
    timeoutMs: whole('timeout', time) * 1000,
    memoryMb: whole('memorySize', memory),
    variables,
    reserved: reserved < 0 ? undefined : reserved,
    logGroup: logging?.logGroup ?? `/aws/lambda/${name}`,
  };
};

const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
