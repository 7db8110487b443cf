import type { Graph } from '../aws.ts';
import { atPort } from './move.ts';
import { type Reader, type ReadGraphOptions, readGraph } from './read.ts';

/**
 * A program in a folder; or who reads it; or as `readGraph` has read it, which saves who starts it many times, as tests do, to run it
 * each time.
 */
export type Program =
  | Omit<ReadGraphOptions, 'port'>
  | { readonly reader: Pick<Reader, 'read'> }
  | { readonly graph: Graph };

export const readProgram = (program: Program, port: number): Graph | Promise<Graph> => {
  if ('graph' in program) return atPort(program.graph, port);
  return 'reader' in program ? program.reader.read(port) : readGraph({ ...program, port });
};
