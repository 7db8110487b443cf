import type { LoggedEvent } from '../../../domain/event.ts';
import { parseRoom } from '../../../domain/room.ts';
import type { Screen } from '../screen.ts';
import { countText } from './count.ts';
import { brief, cut, inert } from './inert.ts';
import { timeText } from './time.ts';

/** The widths of the columns for senders and types. Most are shorter, so that the columns line up. */
const [byWidth, typeWidth] = [18, 13];
/** The least width for an event's data, however narrow the terminal is. */
const leastData = 24;

/** In a terminal of fewer characters there is neither the year nor the millisecond, and less of the sender. */
const wide = 100;
const narrowBy = 10;

/** What is left to say of an event's data beside its type and its room: of a game's action neither is worth half a line. */
const news = ({ type, data }: LoggedEvent, room: string): unknown => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const said: readonly unknown[] = [type, parseRoom(room)?.id];
  return Object.fromEntries(Object.entries(data).filter(([, value]) => !said.includes(value)));
};

const dataText = (event: LoggedEvent, room: string, width: number): string => {
  if (event.omitted) return `${countText(event.omitted.bytes)} bytes, not kept`;
  const whole = brief(event.data, Number.POSITIVE_INFINITY);
  return whole.length <= width ? whole : brief(news(event, room), width);
};

/** An event in a line: seq, time, who, type, data in brief, refusal. `last`: the room's last `seq`, which sets the width of that column. */
export const eventText = (
  event: LoggedEvent,
  { room, last }: { readonly room: string; readonly last: number },
  { paint, width }: Pick<Screen, 'paint' | 'width'>,
): string => {
  const isWide = width >= wide;
  const seq = String(event.seq).padStart(String(last).length);
  const time = isWide ? timeText(event.at) : timeText(event.at).slice('2026-'.length, -'.000Z'.length);
  const by = cut(inert(event.by), isWide ? byWidth : narrowBy).padEnd(isWide ? byWidth : narrowBy);
  const type = inert(event.type).padEnd(typeWidth);
  const place = `${seq}  ${time}  ${by}  ${type}`;
  const refusal = event.refused === undefined ? '' : ` ✗ ${inert(event.refused)}`;
  const data = dataText(event, room, Math.max(leastData, width - place.length - refusal.length - 2));
  return `${seq}  ${paint('dim', time)}  ${paint('cyan', by)}  ${paint('bold', type)}  ${data}${paint('red', refusal)}`;
};
