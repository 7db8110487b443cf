import { AwsError, type Invoke, type Say } from '../aws.ts';
import { createDeadline, type Deadline, TimedOut } from './deadline.ts';
import type { Route } from './stages.ts';

/** What came of a route's integration: what the function returned, or that nothing came of it. */
export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** Invokes the function behind a route. Never rejects: whoever started it cannot help a failure. */
export type Integrate = (route: Route, event: object) => Promise<Outcome>;

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
  const explain = (route: Route, error: unknown): void => {
    const target = `${route.functionArn} for route ${route.key}`;
    if (error instanceof TimedOut) say(`API Gateway gave up on ${target}: ${error.message}.`);
    else if (error instanceof AwsError)
      sayOnce(`API Gateway could not invoke ${target}: ${error.name}: ${error.message}`);
    else say(`API Gateway could not invoke ${target}: ${error instanceof Error ? error.message : String(error)}`);
  };

  return async (route, event) => {
    if (!route.permitted) {
      sayOnce(
        `API Gateway may not invoke ${route.functionArn}: add an aws.lambda.Permission for apigateway.amazonaws.com whose sourceArn matches ${route.sourceArn}.`,
      );
      return failed;
    }
    try {
      // A function's own error is `ok: false` too; whoever runs functions tells of it.
      return await deadlineOf(route.timeout)(invoke(route.functionArn, event));
    } catch (error) {
      explain(route, error);
      return failed;
    }
  };
};
