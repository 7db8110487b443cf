import './compile-cache.ts';
import { once } from 'node:events';
import { createRequire, flushCompileCache, registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import type { Graph } from '../aws.ts';
import { tellParent } from '../child.ts';
import { sourceFault } from '../source-fault.ts';
import { recordResources } from './monitor.ts';
import type { Project } from './project.ts';

/** What it is told first: packages' files that the program will want, which are loaded while it waits. */
export interface Standby {
  readonly preload: readonly string[];
}

/** What it is told then: to begin. */
export interface Evaluation {
  readonly project: Project;
  readonly stack: string;
  readonly port: number;
}

/** What it says, once: the graph, or one sentence and where it came from. */
export type Evaluated =
  | {
      readonly graph: Graph;
      /** The files of packages that were loaded, in their order. */
      readonly loaded: readonly string[];
    }
  | { readonly error: string; readonly stack: string | undefined };

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
  const source = sourceFault(error instanceof Error ? withMessage(error, cause) : error, project.folder);
  if (source !== undefined) return source;
  return `The Pulumi program ${project.main} failed: ${cause.split('\n').find((line) => line.trim() !== '')}`;
};

const withMessage = (error: Error, message: string): Error => Object.assign(error, { message });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Notes each file of a package that is loaded. */
const watchLoading = (): readonly string[] => {
  const loaded: string[] = [];
  registerHooks({
    load: (url, context, next) => {
      if (url.startsWith('file:') && url.includes('/node_modules/')) loaded.push(fileURLToPath(url));
      return next(url, context);
    },
  });
  return loaded;
};

const preload = (files: readonly string[]): void => {
  const require = createRequire(import.meta.url);
  for (const file of files) {
    try {
      require(file);
    } catch {
      // The program will say it, should it still want that.
    }
  }
};

if (import.meta.main) {
  const answer = tellParent<Evaluated>();
  const loaded = watchLoading();
  // There is nothing else to wait for.
  process.channel?.ref();
  const [standby] = (await once(process, 'message')) as [Standby];
  // The next message may come meanwhile.
  const told = once(process, 'message') as Promise<[Evaluation]>;
  preload(standby.preload);
  const [evaluation] = await told;
  process.channel?.unref();
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
    answer({ graph, loaded });
  }, programFailed);
}
