import * as z from 'zod';
import type { DirectRequest, JoinRequest, LeaveRequest, SelfRequest, UploadRequest, UserRequest } from './protocol.ts';
import { ownName } from './user.ts';

/** What the server makes of requests that are no actions of a kind. Keys that nobody asked for are left out. */

/** Every message's `id` was looked at before: `parseMessage`. */
const id = z.string().exactOptional();
const user = ownName.exactOptional();

/** Of routes `join`, `sync` and `leave`. */
export const membershipRequest = z.discriminatedUnion('action', [
  z.object({
    action: z.enum(['join', 'sync']),
    room: z.string(),
    id,
    since: z.int().min(0).exactOptional(),
    epoch: z.string().max(64).exactOptional(),
    user,
  }),
  z.object({ action: z.literal('leave'), room: z.string(), id }),
]) satisfies z.ZodType<JoinRequest | LeaveRequest>;

/** Of route `sendMessage`. */
export const directRequest = z.union(
  [
    z.object({
      action: z.literal('sendMessage'),
      connectionId: z.string().min(1).max(128),
      message: z.string(),
      id,
      user,
    }),
    z.object({
      action: z.literal('sendMessage'),
      to: z.string().min(1).max(128),
      room: z.string(),
      message: z.string(),
      id,
      user,
    }),
  ],
  'It has a text "message" and, as texts, either "to" and "room" or "connectionId"; "user" is a name.',
) satisfies z.ZodType<DirectRequest | UserRequest>;

/** Of routes `whoAmI` and `ping`. */
export const selfRequest = z.object({ action: z.enum(['whoAmI', 'ping']), id }) satisfies z.ZodType<SelfRequest>;

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

/** Of route `upload`. */
export const uploadRequest = ({ maxBytes, types }: UploadLimits) =>
  z.object({
    action: z.literal('upload'),
    name: z.string().min(1).max(1024),
    type: z
      .string()
      .toLowerCase()
      .regex(mediaType, 'A type is a media type such as text/plain.')
      .refine((type) => allows(types, type), `The types are: ${types.join(', ')}.`),
    size: z.int().min(0).max(maxBytes, `A file has ${maxBytes} bytes at most.`),
    id,
    user,
  }) satisfies z.ZodType<UploadRequest>;
