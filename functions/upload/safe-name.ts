/** Characters of a name that are kept, so that a key stays well under S3's 1,024 bytes. */
const longestName = 100;

/** `.png`, `.jpeg`, `.webmanifest`: the letters and digits after the last dot, if they are few. */
const extension = /\.[\p{L}\p{N}]{1,16}$/u;

/** No letter, mark or digit of any script, nor one of a few signs; or one that nobody sees, such as U+3164, a letter without ink. */
const strange = /(?:[^\p{L}\p{M}\p{N} ._()+-]|\p{Default_Ignorable_Code_Point})+/gu;

/** A dot hides a file, a hyphen makes it an option of a command, and a mark would sit on the slash before it. */
const badStart = /^[. \p{M}-]+/u;
const badEnd = /[. ]+$/;

/**
 * What is left of a file's name as the end of a key: no folders, nothing that a shell, a URL or a file system would take for
 * more than a name. Letters and digits of any script stay, and of a name that is too long the beginning and the extension. Never empty.
 */
export const safeName = (name: string): string => {
  const [base = ''] = name.normalize('NFC').split(/[\\/]/).slice(-1);
  const safe = base.replace(strange, '-').replace(badStart, '').replace(badEnd, '');
  const [end = ''] = extension.exec(safe) ?? [];
  // Cut between characters, not within one.
  const start = [...safe.slice(0, safe.length - end.length)].slice(0, longestName - [...end].length);
  return `${start.join('').replace(badEnd, '')}${end}` || 'file';
};
