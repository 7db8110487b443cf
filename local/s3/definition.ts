import { z } from 'zod';
import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { CorsInputs, type CorsRule } from './cors.ts';

/** A bucket as the program wants it. */
export interface BucketDefinition {
  readonly name: string;
  readonly arn: string;
  readonly cors: readonly CorsRule[];
}

/** Inputs that are used here, and those that change nothing which a caller could notice. */
const understood = new Set([
  'bucket',
  'bucketPrefix',
  'forceDestroy',
  'tags',
  'tagsAll',
  'region',
  'objectLockEnabled',
]);

const Outputs = z.object({ bucket: z.string(), arn: z.string() });

/** AWS's rules for names, without those that keep prefixes and suffixes for itself. Source: S3 user guide, "Bucket naming rules". */
const validName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * A resource that configures a bucket, read.
 * @throws Error that names the resource, when it has what does not run here.
 */
export const readInputs = <T>(schema: z.ZodType<T>, { type, name, inputs }: Resource): T => {
  const read = schema.safeParse(inputs);
  if (read.success) return read.data;
  throw new Error(`${type} “${name}” cannot be read: ${z.prettifyError(read.error).replace(/\s+/g, ' ')}.`);
};

/** The buckets of a program. @throws Error for one that AWS would refuse, or that cannot run here. */
export const defineBuckets = (graph: Graph): BucketDefinition[] => {
  const cors = resourcesOf(graph, 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration').map((each) =>
    readInputs(CorsInputs, each),
  );
  return resourcesOf(graph, 'aws:s3/bucket:Bucket').map(({ name: logical, inputs, outputs }) => {
    for (const [input, value] of Object.entries(inputs)) {
      if (value == null || value === false || understood.has(input)) continue;
      throw new Error(
        `The bucket ${logical} cannot run here: its input "${input}" has no local counterpart; remove it.`,
      );
    }
    const { bucket: name, arn } = Outputs.parse(outputs);
    if (!validName.test(name)) {
      throw new Error(`The bucket ${logical} cannot be called “${name}”: 3 to 63 of a-z, 0-9, "." and "-".`);
    }
    return { name, arn, cors: cors.find(({ bucket }) => bucket === name)?.corsRules ?? [] };
  });
};
