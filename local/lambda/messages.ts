/** What an environment and its worker thread say to each other. Events and results cross as JSON, as on AWS. */

/** What the thread is started with, as its `workerData`. */
export interface Boot {
  readonly root: string;
  readonly handler: string;
  readonly callbacks: boolean;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
}

/** One invocation: to the thread. */
export interface Invocation {
  readonly requestId: string;
  /** By which it was invoked. */
  readonly functionArn: string;
  /** JSON. */
  readonly event: string;
  /** When it times out, in ms since the epoch. */
  readonly deadline: number;
}

/** An error in AWS's words. */
export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** From the thread: init is done; the handler returned (JSON) or threw; or the thread is about to exit because of a fault. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'returned'; readonly result: string }
  | { readonly kind: 'threw'; readonly failure: Failure }
  | { readonly kind: 'fault'; readonly failure: Failure };
