import type { Kind } from '../domain/kind.ts';
import { kinds, type Registry } from '../domain/registry.ts';
import { ReplayError } from './errors.ts';

/** The rules of a room. Throws `unknown-kind` for a name that no kind claims. */
export const rulesOf = (registry: Registry, room: string): Kind => {
  const kind = registry.kindOf(room);
  if (kind) return kind;
  const known = kinds.map(({ name }) => name).join(', ');
  throw new ReplayError(
    'unknown-kind',
    `No kind rules "${room}": rooms are named <kind>/<id>, and the kinds are ${known}.`,
  );
};
