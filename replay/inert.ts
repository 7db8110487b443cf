/**
 * What may not reach a terminal in a text of somebody else's: control characters (C0, DEL, C1), separators of lines, and the marks
 * that turn the direction of a line (U+061C, U+200E/F, U+202A–E, U+2066–9).
 */
const steering = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Makes a text that somebody sent safe to print: no line breaks, and no codes that a terminal would obey. JSON on one line
 * stays the same value, since it has such characters in its strings alone, where the same escapes stand for them.
 */
export const inert = (text: string): string =>
  text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
