import { clientError } from './errors.ts';
import type { Draft } from './event.ts';
import { check, knownActions, parseMessage } from './message.ts';
import type { ErrorMessage } from './protocol.ts';
import type { Registry } from './registry.ts';
import { roomName } from './room.ts';

/** An action that may be appended, or what is wrong with it. */
export type ParsedAction =
  | {
      readonly ok: true;
      readonly room: string;
      readonly draft: Pick<Draft, 'type' | 'data' | 'retry'>;
      readonly id?: string;
    }
  | { readonly ok: false; readonly error: ErrorMessage };

/** Reads a client's action. Nothing that this refuses is ever appended. */
export const parseAction = (body: string, registry: Registry): ParsedAction => {
  const parsed = parseMessage(body);
  if (!parsed.ok) return parsed;
  const { action: type, message, id } = parsed;
  const kind = registry.kindOfAction(type);
  const schema = kind?.actions[type];
  if (!kind || !schema) return { ok: false, error: clientError('unknown-action', knownActions(), id) };

  const data = check(schema, message, id);
  if (!data.ok) return data;
  const implied = kind.roomOf({ type, data: data.value });
  const asked = 'room' in message && implied === undefined;
  const found = registry.find(asked ? message.room : roomName(kind.name, implied ?? kind.defaultRoom ?? ''));
  if (found?.kind !== kind) {
    const detail = `Name one as "room", such as ${roomName(kind.name, 'some-id')}.`;
    return { ok: false, error: clientError('no-such-room', detail, id) };
  }
  const retry = 'retry' in message && message.retry === true;
  return {
    ok: true,
    room: found.room,
    draft: { type, data: data.value, ...(retry && { retry }) },
    ...(id !== undefined && { id }),
  };
};
