/** Characters that would steer a terminal, and those that turn the direction of a line. */
const steering = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Makes a text that somebody sent safe to print: no line breaks, and no codes that a terminal would obey. */
export const inert = (text: string): string =>
  text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A text in so many characters at most. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** A JSON value in one line of so many characters at most. */
export const brief = (value: unknown, width: number): string => cut(inert(JSON.stringify(value) ?? 'undefined'), width);
