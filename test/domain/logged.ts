import type { LoggedEvent } from '../../domain/event.ts';

/** An event as the log keeps it, sent by `ann` unless `more` says otherwise. */
export const logged = <const Type extends string, Data>(
  seq: number,
  type: Type,
  data: Data,
  more: Partial<LoggedEvent> = {},
) => ({ id: `id-${seq}`, by: 'ann', connection: 'ann', at: 1_000 * seq, ...more, seq, type, data });
