import { clientError } from './errors.ts';
import type { Draft } from './event.ts';
import type { Kind } from './kind.ts';
import { check, failed, knownActions, parseMessage, type Wrong } from './message.ts';
import type { Registry } from './registry.ts';
import { roomName } from './room.ts';
import { ownName } from './user.ts';

/** An action that may be appended, or what is wrong with it. */
export type ParsedAction =
  | {
      readonly ok: true;
      readonly room: string;
      readonly draft: Pick<Draft, 'type' | 'data' | 'retry'>;
      readonly id?: string;
      /** Whether it takes an id that there is only once. */
      readonly creates: boolean;
      /** What the sender calls itself. */
      readonly user?: string;
    }
  | Wrong;

/** The room that an action is for, and the kind of that; `undefined` if there can be no such room. Throws as rules may. */
const roomOf = (kind: Kind, action: Pick<Draft, 'type' | 'data'>, message: object, registry: Registry) => {
  const implied = kind.roomOf(action);
  const asked = 'room' in message && implied === undefined;
  return registry.find(asked ? message.room : roomName(kind.name, implied ?? kind.defaultRoom ?? ''));
};

/** Reads a client's action, received `at`, in milliseconds since 1970. Nothing that this refuses is ever appended. Never throws, whatever the rules of the kind do. */
export const parseAction = (body: string, registry: Registry, at: number): ParsedAction => {
  const parsed = parseMessage(body);
  if (!parsed.ok) return parsed;
  const { action: type, message, id } = parsed;
  const kind = registry.kindOfAction(type);
  const schema = kind?.actions[type];
  if (!kind || !schema) return { ok: false, error: clientError('unknown-action', knownActions(), id) };

  const data = check(schema, message, id);
  if (!data.ok) return data;
  let found: ReturnType<typeof roomOf>;
  let creates: boolean;
  let objection: string | undefined;
  try {
    found = roomOf(kind, { type, data: data.value }, message, registry);
    creates = kind.creates?.({ type, data: data.value }) === true;
    objection = kind.objection?.({ type, data: data.value }, at);
  } catch (thrown) {
    return failed(thrown, id);
  }
  if (found?.kind !== kind) {
    const detail = `Name one as "room", such as ${roomName(kind.name, 'some-id')}.`;
    return { ok: false, error: clientError('no-such-room', detail, id) };
  }
  if (objection !== undefined) return { ok: false, error: clientError('invalid-action', objection, id) };
  const user = check(ownName.optional(), 'user' in message ? message.user : undefined, id);
  if (!user.ok) return user;
  const retry = 'retry' in message && message.retry === true;
  return {
    ok: true,
    room: found.room,
    creates,
    draft: { type, data: data.value, ...(retry && { retry }) },
    ...(id !== undefined && { id }),
    ...(user.value !== undefined && { user: user.value }),
  };
};
