import { z } from 'zod';
import { type Graph, type Resource, resourcesOf } from '../../aws.ts';
import { mayInvoke } from '../../gateway/permission.ts';
import { type EventInvoke, eventInvokeOf } from '../../lambda/event-invoke.ts';
import { targetOf } from '../../lambda/targets.ts';
import { type BucketDefinition, readInputs } from '../definition.ts';

/** Who is told of what happens in a bucket. */
export interface NotificationDefinition {
  /** Its own among all of the program's, and the same at the next start. */
  readonly id: string;
  readonly configurationId: string;
  readonly bucket: string;
  readonly functionArn: string;
  readonly invocation: EventInvoke;
  /** Whether it is about such an event (`ObjectCreated:Put`) of an object with this key. */
  about(eventName: string, key: string): boolean;
}

/** What happens here, of all event types; and that something expired, which never happens here. Source: S3 user guide, "Event notification types and destinations". */
const eventTypes = z.enum([
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
  's3:LifecycleExpiration:*',
  's3:LifecycleExpiration:Delete',
  's3:LifecycleExpiration:DeleteMarkerCreated',
]);

const none = z.array(z.unknown()).max(0, 'only functions can be notified here').nullish();

const Inputs = z.object({
  bucket: z.string(),
  lambdaFunctions: z
    .array(
      z.object({
        id: z.string().nullish(),
        lambdaFunctionArn: z.string(),
        events: z.array(eventTypes).min(1),
        filterPrefix: z.string().nullish(),
        filterSuffix: z.string().nullish(),
      }),
    )
    .nullish(),
  queues: none,
  topics: none,
  eventbridge: z.literal(false, 'only functions can be notified here').nullish(),
});

const covers = (type: string, eventName: string): boolean =>
  type === `s3:${eventName}` || (type.endsWith(':*') && `s3:${eventName}`.startsWith(type.slice(0, -1)));

const define = (graph: Graph, resource: Resource, { arn }: BucketDefinition): NotificationDefinition[] => {
  const { bucket, lambdaFunctions } = readInputs(Inputs, resource);
  return (lambdaFunctions ?? []).map(({ id, lambdaFunctionArn, events, filterPrefix, filterSuffix }, index) => {
    const fail = (why: string): never => {
      throw new Error(`The bucket ${bucket} cannot notify ${lambdaFunctionArn}: ${why}.`);
    };
    if (!targetOf(graph, lambdaFunctionArn)) fail('it is no function of this program');
    // AWS tries it out when the notification is set up, and refuses: "Unable to validate the following destination configurations".
    if (!mayInvoke(graph, lambdaFunctionArn, arn, 's3.amazonaws.com'))
      fail(`give the function an aws.lambda.Permission for s3.amazonaws.com with the sourceArn ${arn}`);
    const configurationId = id ?? `${resource.name}-${index}`;
    return {
      id: `${bucket}/${configurationId}`,
      configurationId,
      bucket,
      functionArn: lambdaFunctionArn,
      invocation: eventInvokeOf(graph, lambdaFunctionArn),
      about: (eventName, key) =>
        events.some((type) => covers(type, eventName)) &&
        key.startsWith(filterPrefix ?? '') &&
        key.endsWith(filterSuffix ?? ''),
    };
  });
};

/**
 * All notifications of a program.
 * @throws Error for one that AWS would refuse: no such bucket or function, or the function does not let S3 invoke it.
 */
export const defineNotifications = (graph: Graph, buckets: readonly BucketDefinition[]): NotificationDefinition[] => {
  const seen = new Set<string>();
  return resourcesOf(graph, 'aws:s3/bucketNotification:BucketNotification').flatMap((resource) => {
    const bucket = buckets.find(({ name }) => name === resource.inputs.bucket);
    if (bucket === undefined) throw new Error(`${resource.type} “${resource.name}” names no bucket of this program.`);
    if (seen.has(bucket.name))
      throw new Error(`The bucket ${bucket.name} has two BucketNotifications, of which AWS keeps one: make them one.`);
    seen.add(bucket.name);
    return define(graph, resource, bucket);
  });
};
