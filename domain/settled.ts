import type { Kind } from './kind.ts';
import { pathText } from './path.ts';

/** A state, and the JSON that it is. */
export interface Settled<State> {
  /** Frozen, all of it: rules that alter what they are given throw. */
  readonly state: State;
  readonly json: string;
}

/** Freezes a JSON value, all of it. What is frozen already is taken to be so to its depths. */
export const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
};

/** As deep as a part without JSON is looked for. */
const deepest = 50;

/** What keeps a value from having a JSON, by what it throws; `undefined` if nothing does. */
const obstacle = (value: unknown): { readonly thrown: unknown } | undefined => {
  try {
    JSON.stringify(value);
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
};

/** Which part of a state has no JSON, in a sentence. */
const whyNoJson = (made: unknown): string => {
  const path: (string | number)[] = [];
  const above = new Set<unknown>();
  let part = made;
  while (path.length < deepest) {
    if (typeof part !== 'object' || part === null)
      return `${pathText(path)} is no JSON value: its type is ${typeof part}.`;
    above.add(part);
    const found = Object.entries(part).find(([, value]) => obstacle(value));
    if (!found) break;
    const [key, value] = found;
    path.push(Array.isArray(part) ? Number(key) : key);
    if (above.has(value)) return `${pathText(path)} is no JSON value: it contains itself.`;
    part = value;
  }
  return `${pathText(path)} can't be written as JSON.`;
};

/**
 * A state taken from its JSON, as a fold has it that begins from the log: `NaN` is null, a `Date` is a text, what is undefined
 * is not there. Throws where there is no JSON, and says which part has none.
 */
export const settled = <State>(made: State): Settled<State> => {
  let json: string | undefined;
  try {
    json = JSON.stringify(made);
  } catch (cause) {
    throw new TypeError(whyNoJson(made), { cause });
  }
  if (json === undefined) throw new TypeError(whyNoJson(made));
  return { state: frozen(JSON.parse(json) as State), json };
};

/** The state of a room without events. */
export const initialState = <State>(kind: Pick<Kind<State>, 'initial'>): State => settled(kind.initial).state;
