import type { Resource } from '../aws.ts';

/** The inputs of one event source mapping; whatever is wrong with one is an Error that names both. */
export interface Inputs {
  /** The mapping's logical name. */
  readonly mapping: string;
  refuse(input: string, reason: string): never;
  /** Refuses any input that is given and not among these. */
  allow(known: readonly string[]): void;
  text(input: string): string;
  texts(input: string): string[];
  flag(input: string): boolean;
  whole(input: string, range: { least: number; most: number; otherwise: number }): number;
  /** A member of a member, … of an input; undefined when there is none. */
  nested(input: string, ...path: readonly string[]): unknown;
}

export const inputsOf = ({ name, inputs }: Resource): Inputs => {
  const refuse = (input: string, reason: string): never => {
    throw new Error(`Event source mapping "${name}" cannot run here: its ${input} ${reason}.`);
  };
  return {
    mapping: name,
    refuse,
    allow: (known) => {
      for (const [input, value] of Object.entries(inputs)) {
        if (value != null && !known.includes(input))
          refuse(input, 'has no local counterpart for this source; remove it');
      }
    },
    text: (input) => {
      const value = inputs[input];
      return typeof value === 'string' && value !== '' ? value : refuse(input, 'must be a text');
    },
    texts: (input) => {
      const value = inputs[input] ?? [];
      return Array.isArray(value) ? value.map(String) : refuse(input, 'must be a list');
    },
    flag: (input) => {
      const value = inputs[input] ?? false;
      return typeof value === 'boolean' ? value : refuse(input, 'must be true or false');
    },
    whole: (input, { least, most, otherwise }) => {
      const value = inputs[input] ?? otherwise;
      return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
        ? value
        : refuse(input, `must be a whole number from ${least} to ${most}`);
    },
    nested: (input, ...path) =>
      path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], inputs[input]),
  };
};
