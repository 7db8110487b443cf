import type { Kind } from '../kind.ts';
import type { Registry } from '../registry.ts';
import { ReplayError } from './errors.ts';

/** The rules of a room. Throws `unknown-kind` for a name that no kind claims. */
export const rulesOf = (registry: Registry, room: string): Kind => {
  const kind = registry.kindOf(room);
  if (kind) return kind;
  const known = [...new Set(registry.actions.map((action) => registry.kindOfAction(action)?.name))].join(', ');
  throw new ReplayError(
    'unknown-kind',
    `No kind rules "${room}": rooms are named <kind>/<id>, and the kinds are ${known}.`,
  );
};
