import './compile-cache.ts';
import { flushCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import type { Graph } from '../aws.ts';
import { tellParent } from '../child.ts';
import { recordResources } from './monitor.ts';
import type { Project } from './project.ts';

/** What the process is started with: its one argument, as JSON. */
export interface Evaluation {
  readonly project: Project;
  readonly stack: string;
  readonly port: number;
}

/** What it says, once: the graph, or one sentence and where it came from. */
export type Evaluated = { readonly graph: Graph } | { readonly error: string; readonly stack: string | undefined };

const evaluate = async ({ project, stack, port }: Evaluation, onError: (error: unknown) => void): Promise<Graph> => {
  const resources = await recordResources({ project: project.name, stack, port, onError });
  pulumi.runtime.setAllConfig(project.config, [...project.secretKeys]);

  const registered = async (): Promise<Graph> => {
    const outputs: unknown = await pulumi.runtime.runInPulumiStack(async () => ({ ...(await exported(project.main)) }));
    // Registrations go on when the program has ended: they wait for each other's outputs.
    await pulumi.runtime.disconnect();
    return { port, resources, outputs: { ...(outputs as object) } };
  };
  const stuck = idle().then(() => {
    throw new Error('it waits without end, for an output or a promise that needs what comes after it.');
  });
  const graph = await Promise.race([registered(), stuck]);
  // What is done in an `apply` may still fail, or register a resource.
  await idle();
  return graph;
};

/** What a program exports: by name, or all of it as its default, which may be a function. Source: Pulumi's `cmd/run/run.js`. */
const exported = async (main: string): Promise<object> => {
  const module = await import(pathToFileURL(main).href);
  if (!Object.hasOwn(module, 'default')) return module;
  if (Object.keys(module).length > 1)
    throw new pulumi.RunError(`${main} has a default export and others: Pulumi takes the one or the others.`);
  return typeof module.default === 'function' ? module.default() : module.default;
};

/** Resolves when this process has nothing left to do, which is when Pulumi takes a program to be over. */
const idle = (): Promise<void> => new Promise((resolve) => process.once('beforeExit', () => resolve()));

/** A program's own sentence (`RunError`) is said as it is; whatever else it throws, with where it comes from. */
const sentence = (error: unknown, project: Project): string => {
  const message = messageOf(error);
  if (pulumi.RunError.isInstance(error)) return message;
  // Pulumi puts the name of each input in front that waited for what failed: tens of them when it is a bundle.
  const cause = message.replace(/^(error serializing property "[^"]*": )+/, '');
  // esbuild and Node say what failed in the first line and where in the next.
  const said = cause.split('\n').filter((line) => line.trim() !== '');
  return `The Pulumi program ${project.main} failed: ${said.slice(0, 2).join(' ')}`;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

if (import.meta.main) {
  const evaluation = JSON.parse(process.argv[2] ?? '') as Evaluation;
  const answer = tellParent<Evaluated>();
  const say = (error: string, cause: unknown) => {
    // Or Pulumi would add a page about the promises that it was still waiting for.
    process.exitCode = 1;
    answer({ error, stack: cause instanceof Error ? cause.stack : undefined });
  };
  const programFailed = (error: unknown) => say(sentence(error, evaluation.project), error);

  process.on('unhandledRejection', programFailed);
  process.on('uncaughtException', programFailed);
  evaluate(evaluation, (error) => say(messageOf(error), error)).then((graph) => {
    // This process is ended as soon as it has answered.
    flushCompileCache();
    answer({ graph });
  }, programFailed);
}
