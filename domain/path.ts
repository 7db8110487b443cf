/** Where a part of a value is: the keys and places that lead there. */
export type Path = readonly (string | number)[];

/** A place in a state, as one would write it in an expression: `state.messages[0].text`. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
  }, 'state');
