/**
 * What Pulumi puts around values on their way to its engine, by what stands under `signature`. The constants are part of its
 * wire format (`@pulumi/pulumi/runtime/rpc`).
 */
const signature = '4dabf18193072939515e22adb298388d';
const secret = '1b47061264138c4ac30d75fd1eb44270';
const asset = 'c44067f5952c0a294b673a41bacd8c17';
const archive = '0def7320c3a5731c473e5ecbe6d01bc7';
const resource = '5cf8f73096256a8f31e491e813e4eb8e';
/** Stands for an output that is not known yet. */
const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/**
 * A value from Pulumi's wire as plain data: secrets are opened, a file or folder is `{ path }`, a resource is its id.
 *
 * Throws when there is an output in it that was never resolved, which happens in previews only, and for code that is not a
 * file or folder of this machine.
 */
export const plainValue = (value: unknown): unknown => {
  if (value === unknown) throw new Error('it depends on an output that is not known');
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;

  const fields: Record<string, unknown> = { ...value };
  switch (fields[signature]) {
    case undefined:
      return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, plainValue(inner)]));
    case secret:
      return plainValue(fields.value);
    case resource:
      return fields.id ?? fields.urn;
    case asset:
    case archive:
      if (typeof fields.path !== 'string') throw new Error('it has an asset that is not a file or a folder');
      return { path: fields.path };
    default:
      throw new Error('it has a value of a sort that this version of Pulumi added');
  }
};
