import { z } from 'zod';
import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { targetOf } from './targets.ts';

/** What becomes of an invocation for which nobody waits. */
export interface EventInvoke {
  /** Tries after the first. */
  readonly retries: number;
  /** An older event is given up, in ms. */
  readonly maximumAgeMs: number;
  /** The queue that is told of what was given up. */
  readonly onFailureQueueUrl: string | undefined;
  /** The version that runs. */
  readonly version: string;
}

/** Source: Lambda API reference, PutFunctionEventInvokeConfig. */
const Inputs = z.strictObject({
  functionName: z.string(),
  qualifier: z.string().nullish(),
  maximumRetryAttempts: z.int().min(0).max(2).nullish(),
  maximumEventAgeInSeconds: z.int().min(60).max(21_600).nullish(),
  destinationConfig: z
    .strictObject({
      onFailure: z.strictObject({ destination: z.string() }).nullish(),
      onSuccess: z.null('only failures have a destination here').optional(),
    })
    .nullish(),
  region: z.string().nullish(),
});

const queueUrl = (graph: Graph, arn: string): string => {
  const queue = resourcesOf(graph, 'aws:sqs/queue:Queue').find(({ outputs }) => outputs.arn === arn);
  if (queue === undefined) throw new Error(`its destination, ${arn}, is no queue of the program`);
  if (queue.inputs.fifoQueue === true) throw new Error('its destination must be a standard queue, not a FIFO one');
  return String(queue.outputs.url);
};

const settingsOf = (graph: Graph, resource: Resource) => {
  try {
    const { functionName, qualifier, ...inputs } = Inputs.parse(resource.inputs);
    const key = qualifier == null ? functionName : `${functionName}:${qualifier}`;
    const target = targetOf(graph, key);
    if (target === undefined) throw new Error(`${key} is no function of the program`);
    const destination = inputs.destinationConfig?.onFailure?.destination;
    return {
      target,
      suffix: qualifier ?? undefined,
      retries: inputs.maximumRetryAttempts ?? undefined,
      age: inputs.maximumEventAgeInSeconds ?? undefined,
      onFailureQueueUrl: destination === undefined ? undefined : queueUrl(graph, destination),
    };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replace(/\s+/g, ' ') : (cause as Error).message;
    throw new Error(`${resource.type} “${resource.name}” cannot run here: ${why}.`, { cause });
  }
};

/**
 * How a function is invoked for which nobody waits: what is said of the very alias or version, or of the function.
 *
 * Throws one sentence for a configuration that AWS would refuse.
 */
export const eventInvokeOf = (graph: Graph, functionArn: string): EventInvoke => {
  const target = targetOf(graph, functionArn);
  const qualifier = functionArn.split(':')[7];
  const all = resourcesOf(graph, 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig').map((resource) =>
    settingsOf(graph, resource),
  );
  const own = all.find((each) => each.target === target && each.suffix === qualifier);
  return {
    retries: own?.retries ?? 2,
    maximumAgeMs: (own?.age ?? 21_600) * 1000,
    onFailureQueueUrl: own?.onFailureQueueUrl,
    version: String(target?.outputs.version ?? '$LATEST'),
  };
};
