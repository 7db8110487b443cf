import * as z from 'zod';
import { allowsType, canRun, mediaType } from './media-type.ts';
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
  /** Media types: `application/pdf`, or `image/*` for all of a sort in which nothing can run. */
  readonly types: readonly string[];
}

/** Of route `upload`. */
export const uploadRequest = ({ maxBytes, types }: UploadLimits) =>
  z.object({
    action: z.literal('upload'),
    name: z.string().min(1).max(1024),
    type: z
      .string()
      .toLowerCase()
      .regex(mediaType, 'A type is a media type such as text/plain.')
      .refine((type) => allowsType(types, type), {
        error: ({ input }) =>
          `The types are: ${types.join(', ')}.${canRun(String(input)) ? ' A pattern admits none in which something can run.' : ''}`,
      }),
    size: z.int().min(0).max(maxBytes, `A file has ${maxBytes} bytes at most.`),
    id,
    user,
  }) satisfies z.ZodType<UploadRequest>;
