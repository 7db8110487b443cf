import type { LoggedEvent } from '../../../domain/event.ts';
import type { Screen } from '../screen.ts';
import { countText } from './count.ts';
import { brief, cut, inert } from './inert.ts';
import { timeText } from './time.ts';

/** The widths of the columns for senders and types. Most are shorter, so that the columns line up. */
const [byWidth, typeWidth] = [18, 13];
/** The least width for an event's data, however narrow the terminal is. */
const leastData = 24;

/** An event in a line: seq, time, who, type, data in brief, refusal. `last`: the room's last `seq`, which sets the width of that column. */
export const eventText = (
  event: LoggedEvent,
  last: number,
  { paint, width }: Pick<Screen, 'paint' | 'width'>,
): string => {
  const seq = String(event.seq).padStart(String(last).length);
  const by = cut(inert(event.by), byWidth).padEnd(byWidth);
  const type = inert(event.type).padEnd(typeWidth);
  const place = `${seq}  ${timeText(event.at)}  ${by}  ${type}`;
  const refusal = event.refused === undefined ? '' : ` ✗ ${inert(event.refused)}`;
  const data = event.omitted
    ? `${countText(event.omitted.bytes)} bytes, not kept`
    : brief(event.data, Math.max(leastData, width - place.length - refusal.length - 2));
  return `${seq}  ${paint('dim', timeText(event.at))}  ${paint('cyan', by)}  ${paint('bold', type)}  ${data}${paint('red', refusal)}`;
};
