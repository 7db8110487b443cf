import { pathText } from '../../../domain/path.ts';
import type { Change } from '../../diff.ts';
import type { Screen } from '../screen.ts';
import { brief, inert } from './inert.ts';

const changeText = (change: Change, { paint, width }: Pick<Screen, 'paint' | 'width'>): string => {
  const path = inert(pathText(change.path));
  // Both values and the arrow between them share one line.
  const room = Math.max(24, width - path.length - 8);
  switch (change.what) {
    case 'added':
      return paint('green', `+ ${path}: ${brief(change.after, room)}`);
    case 'removed':
      return paint('red', `- ${path}: ${brief(change.before, room)}`);
    case 'changed':
      return paint('yellow', `~ ${path}: ${brief(change.before, room / 2)} → ${brief(change.after, room / 2)}`);
  }
};

/** What changed, a line each: the first `most` of it. */
export const changeLines = (
  changes: readonly Change[],
  screen: Pick<Screen, 'paint' | 'width'>,
  most = Number.POSITIVE_INFINITY,
): string[] => {
  const lines = changes.slice(0, most).map((change) => changeText(change, screen));
  const left = changes.length - lines.length;
  return left > 0 ? [...lines, screen.paint('dim', `… and ${left} more`)] : lines;
};
