import { isDeepStrictEqual } from 'node:util';
import type { Graph, Resource } from '../aws.ts';

/** Resources that keep something: their engines are opened with them. */
const keeps = /^aws:(dynamodb|sqs|s3)\//;

const keepersOf = (graph: Graph): ReadonlyMap<string, Resource> =>
  new Map(graph.resources.filter(({ type }) => keeps.test(type)).map((resource) => [resource.urn, resource]));

/** What another graph has otherwise that only a start can open, in a sentence; `undefined` if there is nothing. */
export const keptOtherwise = (before: Graph, after: Graph): string | undefined => {
  const [old, now] = [keepersOf(before), keepersOf(after)];
  const added = [...now.values()].find(({ urn }) => !old.has(urn));
  const gone = [...old.values()].find(({ urn }) => !now.has(urn));
  const changed = [...now.values()].find(({ urn, inputs }) => !isDeepStrictEqual(inputs, old.get(urn)?.inputs));
  const [found, how] = added ? [added, 'new'] : gone ? [gone, 'gone'] : [changed, 'not as it was'];
  return (
    found &&
    `${found.type} “${found.name}” is ${how}, and what keeps something is opened at the start: end and start again.`
  );
};
