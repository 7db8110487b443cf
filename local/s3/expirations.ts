import { z } from 'zod';
import { type Graph, resourcesOf } from '../aws.ts';
import { readInputs } from './definition.ts';

const Inputs = z.object({
  bucket: z.string(),
  rules: z.array(z.object({ id: z.string(), status: z.string(), expiration: z.unknown().optional() })).nullish(),
});

/** The rules of a program that would remove objects on AWS, each in words. */
export const expirations = (graph: Graph): string[] =>
  resourcesOf(graph, 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').flatMap((resource) => {
    const { bucket, rules } = readInputs(Inputs, resource);
    return (rules ?? [])
      .filter(({ status, expiration }) => status === 'Enabled' && expiration != null)
      .map(({ id }) => `the rule “${id}” of the bucket ${bucket} is left alone`);
  });
