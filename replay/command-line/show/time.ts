/** A moment in milliseconds since 1970 as `2026-01-31 12:00:00.000Z`, in UTC as AWS has it everywhere. */
export const timeText = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString().replace('T', ' ');
};

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A time span, by its largest unit: `3 h`, `200 ms`. */
export const spanText = (ms: number): string => {
  const [unit, length] = units.find(([, each]) => ms >= each) ?? ['ms', 1];
  return `${Math.round(ms / length)} ${unit}`;
};
