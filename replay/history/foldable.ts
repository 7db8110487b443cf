import { unfitValue } from '../../domain/json-text.ts';
import { maxPageBytes, maxStateBytes } from '../../domain/limits.ts';
import type { Page } from '../../domain/page.ts';
import { sizeOf } from '../../domain/size.ts';
import { ReplayError } from '../errors.ts';
import { sequenceFaults } from '../sequence.ts';

/** Throws `not-importable` for a page that no fold makes: none could go on from it, and each would be tried again for ever. */
export const requireFoldable = ({ room, to, events, ...page }: Page): void => {
  const refuse = (what: string): never => {
    throw new ReplayError('not-importable', what);
  };
  for (const event of events) {
    const unfit = unfitValue(event);
    if (unfit !== undefined) refuse(`Event ${event.seq} of ${room} can't be in a log. ${unfit}`);
    if (sizeOf(JSON.stringify(event)) > maxPageBytes)
      refuse(`Event ${event.seq} of ${room} can't be in a log. It has more than ${maxPageBytes / 1024} KB.`);
  }
  const [fault] = sequenceFaults({ room, to, events, ...page });
  if (fault)
    refuse(`The log of ${room} is out of order at version ${fault.version}: ${fault.what} "verify" says more.`);
  if ('state' in page && sizeOf(JSON.stringify(page.state)) > maxStateBytes)
    refuse(`The state of ${room} at version ${to} has more than ${maxStateBytes / 1024} KB.`);
};
