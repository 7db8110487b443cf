import * as z from 'zod';

/** What may be uploaded. */
export interface UploadLimits {
  /** Bytes. */
  readonly maxBytes: number;
  /** Media types: `application/pdf`, or `image/*` for all of a sort. */
  readonly types: readonly string[];
}

/** A media type without parameters, which is what browsers say of a file. */
const mediaType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

const allows = (types: readonly string[], type: string): boolean =>
  types.some((allowed) => (allowed.endsWith('/*') ? type.startsWith(allowed.slice(0, -1)) : type === allowed));

/** The schema of `{action:"upload", name, type, size}`. */
export const uploadSchema = ({ maxBytes, types }: UploadLimits) =>
  z.object({
    name: z.string().min(1).max(1024),
    type: z
      .string()
      .toLowerCase()
      .regex(mediaType, 'A type is a media type such as text/plain.')
      .refine((type) => allows(types, type), `The types are: ${types.join(', ')}.`),
    size: z.int().min(0).max(maxBytes, `A file has ${maxBytes} bytes at most.`),
  });

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
