import { randomBytes } from 'node:crypto';

/**
 * A new id as API Gateway makes them for connections, requests and messages: `btvXRd6dliACF-A=`. To be taken as opaque;
 * the `=` has to be URL-encoded in the path of the management API.
 */
export const newId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** Whether this may be the id of a connection: of the length and the letters that AWS makes them of. */
export const isConnectionId = (id: string): boolean => /^[\w-]{15}=$/.test(id);
