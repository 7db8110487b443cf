import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resourcesOf } from '../../local/aws.ts';
import { createDoor } from '../../local/door/door.ts';
import { createHttpFront } from '../../local/door/http.ts';
import { createDynamo } from '../../local/dynamodb/index.ts';
import { readGraph } from '../../local/graph/read.ts';
import { listen } from '../../local/server.ts';
import { BadInput } from './bad-input.ts';

/** The tables of a runtime that does not run, served on a port of this machine. */
export interface DataFolder {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Opens the tables that a local runtime left in a folder, and nothing else of it: no function runs, so what was not folded yet
 * stays so. `project`: the folder of the Pulumi program, which says what the tables are called. Throws `BadInput` where there
 * are none, or while another process has them open.
 */
export const openDataFolder = async (folder: string, project: string): Promise<DataFolder> => {
  const dataDir = join(resolve(project, folder), 'dynamodb');
  if (!existsSync(dataDir))
    throw new BadInput(`There are no tables in ${folder}: name a folder that npm start -- --data was given.`);
  const server = await listen(0);
  try {
    const graph = await readGraph({ project, stack: 'dev', port: server.port });
    const tables = resourcesOf(graph, 'aws:dynamodb/table:Table');
    const dynamo = await createDynamo({ tables, dataDir });
    const front = createHttpFront(createDoor({ dynamodb: dynamo.engine }, []), () => ({ kind: 'operator' }));
    server.http.on('request', (request, response) => void front(request, response));
    const close = async (): Promise<void> => {
      await server.close();
      await dynamo.close();
    };
    return { outputs: graph.outputs, endpoint: `http://127.0.0.1:${server.port}`, close };
  } catch (cause) {
    await server.close();
    throw new BadInput(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};
