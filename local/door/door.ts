import { AwsError, type Call, type Dispatch, type Engine, type Service } from '../aws.ts';

/** Something that every call passes on its way: looks at it, holds it up, lets it through or answers in its place. */
export type Layer = (call: Call, next: () => Promise<object>) => Promise<object>;

/** The one way to the engines. `layers`: the first is the outermost. */
export const createDoor = (engines: Readonly<Partial<Record<Service, Engine>>>, layers: readonly Layer[]): Dispatch => {
  const engine: Dispatch = async ({ service, operation, input }) => {
    const answer = engines[service];
    if (!answer) throw new AwsError('UnknownOperationException', `Nothing here answers ${service} ${operation}.`, 404);
    return answer(operation, input);
  };
  return layers.reduceRight<Dispatch>((next, layer) => (call) => layer(call, () => next(call)), engine);
};
