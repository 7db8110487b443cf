import { type RuntimeOptions, startRuntime } from 'pulumi-local';
import { inject } from 'vitest';
import { connect, type PlainClient } from './client.ts';
import { lookInto } from './operator.ts';

/** How a system differs from this project's. `project`: the folder of another program. */
export interface SystemOptions extends Partial<Omit<RuntimeOptions, 'graph' | 'stack'>> {
  readonly project?: string;
}

/** This program without limits on what a client may send: for tests that send as fast as they can. */
export const unlimited: SystemOptions = { project: 'test/system/unlimited' };

/** The whole system on this machine, without its pages, and the tools to look into it. */
export const startSystem = async ({ project, ...options }: SystemOptions = {}) => {
  const said: string[] = [];
  const logged: string[] = [];
  const runtime = await startRuntime({
    ...(project === undefined ? { graph: inject('program') } : { project, stack: 'dev' }),
    port: 0,
    seed: inject('seed'),
    say: (line) => said.push(line),
    onLog: (name, line) => logged.push(`${name} ${line}`),
    ...options,
  });
  const url = `ws://127.0.0.1:${runtime.port}/dev`;
  const tables = lookInto(runtime.port, runtime.graph.outputs);
  const clients: PlainClient[] = [];
  return {
    runtime,
    url,
    said,
    logged,
    ...tables,
    connect: async () => {
      const client = await connect(url);
      clients.push(client);
      return client;
    },
    /** Calls of one function so far, by operation. */
    calls: (functionName: string) => runtime.statistics().calls[functionName] ?? {},
    close: async () => {
      for (const { socket } of clients) socket.terminate();
      tables.leave();
      await runtime.close();
    },
  };
};

export type System = Awaited<ReturnType<typeof startSystem>>;
