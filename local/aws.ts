/**
 * What the engines of the local runtime have in common: the resources that they run, and the calls that they answer.
 * Knows AWS; knows nothing of what the program is for.
 */

/** The account and the region that everything local lives in. */
export const account = '000000000000';
export const region = 'us-east-1';

/** One resource as the Pulumi program registered it. */
export interface Resource {
  /** Pulumi's type token, such as `aws:dynamodb/table:Table`. */
  readonly type: string;
  /** Pulumi's logical name. */
  readonly name: string;
  readonly urn: string;
  /** The urn of the parent, for a child of a component. */
  readonly parent?: string;
  /** The inputs as the program gave them, with every output of another resource resolved. Assets are `Archive`s. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs and what AWS would add: `id`, `arn`, `name`, `url`, `streamArn`, … */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The urns that it was registered to depend on. */
  readonly dependencies: readonly string[];
}

/** A Lambda's code: a folder on this machine. */
export interface Archive {
  readonly path: string;
}

/** All that a Pulumi program registered, and what it exports. */
export interface Graph {
  /** The port that the local URLs in it name. */
  readonly port: number;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export const resourcesOf = (graph: Graph, type: string): Resource[] =>
  graph.resources.filter((resource) => resource.type === type);

/** The services that have an engine here, by the name that requests are signed with. */
export type Service = 'dynamodb' | 'sqs' | 's3' | 'execute-api';

/** Who makes a call: a function of the program, under its role's policies, or the person at this machine, who may do all. */
export type Caller =
  | { readonly kind: 'function'; readonly name: string; readonly role: string }
  | { readonly kind: 'operator' };

/** One AWS API call on its way to an engine. */
export interface Call {
  readonly caller: Caller;
  readonly service: Service;
  /** As AWS names it: `UpdateItem`, `SendMessageBatch`, `PostToConnection`. */
  readonly operation: string;
  /** The request's members, as the service's JSON protocol has them. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Answers calls in the shapes of the service's JSON protocol; rejects with an AwsError. */
export type Engine = (operation: string, input: Readonly<Record<string, unknown>>) => Promise<object>;

/** What an AWS service answers instead of a result. Goes over the wire as `status` and `{ __type, message, …members }`. */
export class AwsError extends Error {
  override readonly name: string;
  readonly status: number;
  /** What some errors tell beside their message, such as `Item`. */
  readonly members: object;
  constructor(name: string, message: string, status = 400, members: object = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.members = members;
  }
}

/** Sends a call through the door (authorised, counted, delayed, made to fail when asked) to its engine. */
export type Dispatch = (call: Call) => Promise<object>;

/** What an invocation of a function comes to. `FunctionError` is the function's own; a throttle or a missing function throws an AwsError. */
export type InvokeResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** Invokes a function, by its ARN, and waits for what it returns. */
export type Invoke = (functionArn: string, event: unknown) => Promise<InvokeResult>;

/** A line that the runtime has to say to whoever started it. */
export type Say = (line: string) => void;
