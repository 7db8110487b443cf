import { clock, count, day } from '../words.ts';
import type { Axis, View } from './view.ts';

/** A mark under the timeline. */
export interface Tick {
  readonly place: number;
  readonly text: string;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const dayLength = 24 * hour;

/** Distances that a clock has, in milliseconds. */
const clockSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((value) => value * second),
  ...[1, 2, 5, 10, 15, 30].map((value) => value * minute),
  ...[1, 2, 3, 6, 12].map((value) => value * hour),
  ...[1, 2, 7, 14, 30, 90, 365].map((value) => value * dayLength),
];

/** The least number that is no less, out of 1, 2, 5, 10, 20, 50, … (or of other digits). */
export const roundUp = (value: number, digits: readonly number[] = [1, 2, 5]): number => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return digits.map((digit) => digit * power).find((step) => step >= value) ?? 10 * power;
};

const timeText = (at: number, step: number): string => {
  if (step >= dayLength) return day(at).replace(/, \d+$/, '');
  const text = clock(at);
  if (step >= minute) return text.slice(0, 5);
  return step >= second ? text.slice(0, 8) : text;
};

/** Marks at round places, `most` at most. Days and hours are those of whoever looks. */
export const ticksOf = (axis: Axis, view: View, first: number, most: number): readonly Tick[] => {
  const wanted = (view.end - view.start) / Math.max(1, most);
  const ticks: Tick[] = [];
  if (axis === 'order') {
    const step = roundUp(wanted);
    for (let seq = Math.ceil((view.start + first) / step) * step; seq - first <= view.end; seq += step)
      if (seq >= first) ticks.push({ place: seq - first, text: count(seq) });
    return ticks;
  }
  const step = clockSteps.find((each) => each >= wanted) ?? roundUp(wanted / dayLength) * dayLength;
  const shift = new Date(view.start).getTimezoneOffset() * minute;
  for (let at = Math.ceil((view.start - shift) / step) * step + shift; at <= view.end; at += step)
    ticks.push({ place: at, text: timeText(at, step) });
  return ticks;
};
