/** Characters of a name that are kept, so that a key stays well under S3's 1,024 bytes. */
const longestName = 100;

/**
 * What is left of a file's name as the end of a key: no folders, nothing that a shell, a URL or a file system would take for
 * more than a name. Letters and digits of any script stay. Never empty.
 */
export const safeName = (name: string): string => {
  const [base = ''] = name.normalize('NFC').split(/[\\/]/).slice(-1);
  const safe = base
    .replace(/[^\p{L}\p{M}\p{N} ._()+-]+/gu, '-')
    .replace(/^[. ]+|[. ]+$/g, '')
    .trim();
  // The end has the extension. Cut between characters, not within one.
  return [...safe].slice(-longestName).join('') || 'file';
};
