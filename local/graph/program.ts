import type { Graph } from '../aws.ts';
import { atPort } from './move.ts';
import { type ReadGraphOptions, readGraph } from './read.ts';

/** A program in a folder; or as `readGraph` has read it, which saves who starts it many times, as tests do, to run it each time. */
export type Program = Omit<ReadGraphOptions, 'port'> | { readonly graph: Graph };

export const readProgram = (program: Program, port: number): Graph | Promise<Graph> =>
  'graph' in program ? atPort(program.graph, port) : readGraph({ ...program, port });
