import { z } from 'zod';
import { type Graph, resourcesOf } from '../aws.ts';
import { readInputs } from './definition.ts';

/** What is neither removes no object: it clears up after old versions, which there are none of here. */
const Expiration = z.object({ days: z.number().nullish(), date: z.string().nullish() });

const Inputs = z.object({
  bucket: z.string(),
  rules: z.array(z.object({ id: z.string(), status: z.string(), expiration: Expiration.nullish() })).nullish(),
});

/** The rules of a program that would remove objects on AWS, each in words. */
export const expirations = (graph: Graph): string[] =>
  resourcesOf(graph, 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').flatMap((resource) => {
    const { bucket, rules } = readInputs(Inputs, resource);
    return (rules ?? [])
      .filter(({ status, expiration }) => status === 'Enabled' && (expiration?.days ?? expiration?.date) != null)
      .map(({ id }) => `the rule “${id}” of the bucket ${bucket} is left alone`);
  });
