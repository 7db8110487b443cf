import * as pulumi from '@pulumi/pulumi';
import type { Resource } from '../aws.ts';
import { answerTo, type Made, outputsOf } from './outputs.ts';
import { plainValue } from './values.ts';

/** The part of Pulumi's RegisterResourceRequest that is read here. */
interface Request {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}
interface Response {
  getUrn(): string;
}
type Callback = (error: unknown, response?: Response) => void;
interface Monitor {
  registerResource(request: Request, callback: Callback): unknown;
}

export interface RecordingOptions {
  readonly project: string;
  readonly stack: string;
  readonly port: number;
  /** Called with the first thing that is wrong with a resource; the program may never end after it. */
  readonly onError: (error: unknown) => void;
}

/**
 * Puts Pulumi's mocks in the place of its engine and returns the resources, which fill up while the program runs.
 *
 * Mocks are told a resource's type, name and inputs only. Its parent and its dependencies are in the request that their monitor
 * gets, so that is where we listen. A test of ours holds this against each version of Pulumi.
 */
export const recordResources = async ({ project, stack, port, onError }: RecordingOptions): Promise<Resource[]> => {
  const resources: Resource[] = [];
  const made = new Map<string, Made>();
  const keyOf = (type: string, name: string) => `${type}::${name}`;

  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name }) => {
        const outputs = made.get(keyOf(type, name));
        return { id: outputs?.id, state: outputs ?? {} };
      },
      call: ({ token }) => reported(() => answerTo(token), onError),
    },
    project,
    stack,
  );

  // A MockMonitor, which Pulumi types as the client of its engine.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const [type, name] = [request.getType(), request.getName()];
    try {
      const inputs = inputsOf(request);
      const outputs = request.getCustom()
        ? { ...inputs, ...outputsOf({ type, name, inputs }, port) }
        : { ...inputs, id: '' };
      if (made.has(keyOf(type, name))) throw new Error(`There are two ${type} named “${name}”: give one another name.`);
      made.set(keyOf(type, name), outputs);

      return register(request, (error, response) => {
        if (response !== undefined) {
          const parent = request.getParent();
          const dependencies = request.getDependenciesList();
          const urn = response.getUrn();
          resources.push({ type, name, urn, ...(parent === '' ? {} : { parent }), inputs, outputs, dependencies });
        }
        callback(error, response);
      });
    } catch (error) {
      onError(error);
      return callback(error);
    }
  };
  return resources;
};

const inputsOf = (request: Request): Record<string, unknown> => {
  const wire = request.getObject().toJavaScript();
  try {
    return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, plainValue(value)]));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The local runtime cannot read ${request.getType()} (“${request.getName()}”): ${why}.`, { cause });
  }
};

const reported = <T>(work: () => T, onError: (error: unknown) => void): T => {
  try {
    return work();
  } catch (error) {
    onError(error);
    throw error;
  }
};
