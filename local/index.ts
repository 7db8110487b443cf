/**
 * Runs the AWS resources of a Pulumi program on this machine. Everything that others may use is here, in `pulumi-local/pages`
 * and in `pulumi-local/running`; the rest changes without notice.
 */
export {
  AwsError,
  type Call,
  type Caller,
  type Dispatch,
  type Graph,
  type Resource,
  resourcesOf,
  type Service,
} from './aws.ts';
export type { Layer } from './door/door.ts';
export { readProject } from './graph/project.ts';
export { type ReadGraphOptions, readGraph } from './graph/read.ts';
export { type Runtime, type RuntimeOptions, type Statistics, startRuntime } from './runtime.ts';
export { type Storage, type StorageOptions, startStorage } from './storage.ts';
