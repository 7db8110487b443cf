import { AwsError, type Invoke, type Say } from '../aws.ts';
import { createDeadline, type Deadline, TimedOut } from './deadline.ts';

/** What came of an invocation: what the function returned, or that nothing did, and what it threw if it did throw. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errorMessage?: string };

/** A function that API Gateway invokes: that of a route, or of an authorizer. */
interface Target {
  readonly functionArn: string;
  /** Milliseconds that the function has to answer. */
  readonly timeout: number;
  /** Whether the function's resource policy lets API Gateway invoke it for this source. */
  readonly permitted: boolean;
  readonly sourceArn: string;
}

/** Invokes a function. Never rejects: whoever started it cannot help a failure. */
export type Integrate = (target: Target, event: object) => Promise<Outcome>;

const failed: Outcome = { ok: false };

/** @param longest milliseconds that any integration may take, whatever it is configured with */
export const createIntegrate = (invoke: Invoke, say: Say, longest: number): Integrate => {
  const deadlines = new Map<number, Deadline>();
  const told = new Set<string>();

  const deadlineOf = (timeout: number): Deadline => {
    const limit = Math.min(timeout, longest);
    const deadline = deadlines.get(limit) ?? createDeadline(limit);
    deadlines.set(limit, deadline);
    return deadline;
  };
  const sayOnce = (line: string): void => {
    if (told.has(line)) return;
    told.add(line);
    say(line);
  };
  const explain = ({ functionArn, sourceArn }: Target, error: unknown): void => {
    const target = `${functionArn} for ${sourceArn.slice(sourceArn.indexOf('/') + 1)}`;
    if (error instanceof TimedOut) say(`API Gateway gave up on ${target}: ${error.message}.`);
    else if (error instanceof AwsError)
      sayOnce(`API Gateway could not invoke ${target}: ${error.name}: ${error.message}`);
    else say(`API Gateway could not invoke ${target}: ${error instanceof Error ? error.message : String(error)}`);
  };

  return async (target, event) => {
    if (!target.permitted) {
      sayOnce(
        `API Gateway may not invoke ${target.functionArn}: add an aws.lambda.Permission for apigateway.amazonaws.com whose sourceArn matches ${target.sourceArn}.`,
      );
      return failed;
    }
    try {
      // A function's own error is `ok: false` too; whoever runs functions tells of it.
      return await deadlineOf(target.timeout)(invoke(target.functionArn, event));
    } catch (error) {
      explain(target, error);
      return failed;
    }
  };
};
