import type { Bisected } from '../../bisect.ts';
import { changes } from '../../diff.ts';
import type { Run } from '../run.ts';
import { changeLines } from './changes.ts';
import { eventText } from './event.ts';
import { brief } from './inert.ts';

/** Prints what made something true of a state: the event, and what it changed; or else the state. */
export const showCause = async (
  { room, version, state, event, before }: Pick<Bisected, 'room' | 'version' | 'state' | 'event' | 'before'>,
  { screen }: Run,
): Promise<void> => {
  if (event) await screen.print(eventText(event, { room, last: version }, screen));
  const lines = before ? changeLines(changes(before.state, state), screen) : [brief(state, screen.width - 4)];
  for (const line of lines) await screen.print(`    ${line}`);
};
