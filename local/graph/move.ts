import type { Graph } from '../aws.ts';

/** The same graph with its local URLs on another port. Nothing else in a graph follows from the port. */
export const atPort = (graph: Graph, port: number): Graph => {
  if (graph.port === port) return graph;
  const local = new RegExp(`(://(?:127\\.0\\.0\\.1|localhost)):${graph.port}(?!\\d)`, 'g');
  const moved = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(local, `$1:${port}`);
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, moved(inner)]));
  };
  return { ...(moved(graph) as Graph), port };
};
