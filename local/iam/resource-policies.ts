import { type Graph, type Resource, resourcesOf } from '../aws.ts';
import { type ResourceStatement, readResourceStatements } from './statement.ts';

/** What a queue or a bucket has to say itself about who may do what with it. */
export interface ResourcePolicy {
  /** The ARN of the queue, or of the bucket. */
  readonly owner: string;
  readonly statements: readonly ResourceStatement[];
}

/** Whether a policy of `owner` counts for a resource: for the owner itself, and of a bucket for the objects in it. */
export const isOwner = ({ owner }: ResourcePolicy, resource: string): boolean =>
  resource === owner || resource.startsWith(`${owner}/`);

/**
 * The policies of a program's queues and buckets.
 *
 * Throws one sentence for a policy that cannot be evaluated, or that is of nothing in the program.
 */
export const readResourcePolicies = (graph: Graph): readonly ResourcePolicy[] => {
  const queues = resourcesOf(graph, 'aws:sqs/queue:Queue');
  const buckets = resourcesOf(graph, 'aws:s3/bucket:Bucket');
  const policyOf = (of: Resource | undefined, { type, name, inputs }: Resource): ResourcePolicy => {
    if (of === undefined) throw new Error(`${type} “${name}” is a policy of nothing in this program.`);
    return { owner: String(of.outputs.arn), statements: readResourceStatements(name, inputs.policy) };
  };
  return [
    ...queues.filter(({ inputs }) => inputs.policy != null).map((queue) => policyOf(queue, queue)),
    ...resourcesOf(graph, 'aws:sqs/queuePolicy:QueuePolicy').map((policy) =>
      policyOf(
        queues.find(({ outputs }) => outputs.url === policy.inputs.queueUrl),
        policy,
      ),
    ),
    ...resourcesOf(graph, 'aws:s3/bucketPolicy:BucketPolicy').map((policy) =>
      policyOf(
        buckets.find(({ outputs }) => outputs.bucket === policy.inputs.bucket),
        policy,
      ),
    ),
  ];
};
