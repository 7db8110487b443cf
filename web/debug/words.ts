const counts = new Intl.NumberFormat('en');
/** 1,234 */
export const count = (value: number): string => counts.format(value);

/** `1 event`, `2 events`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:02:11.345`, in the time of whoever reads it. */
export const clock = (at: number): string => {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
};

const days = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
/** `Jan 1, 2026` */
export const day = (at: number): string => days.format(at);

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long something takes or took, in the unit that fits: `12 ms`, `1.5 s`, `3 min`, `2 h`, `4 d`. */
export const span = (ms: number): string => {
  const size = Math.abs(ms);
  const short = (value: number, unit: string) => `${Number(value.toFixed(value < 10 ? 1 : 0))} ${unit}`;
  const sign = ms < 0 ? '−' : '';
  if (size < second) return `${sign}${Math.round(size)} ms`;
  if (size < minute) return sign + short(size / second, 's');
  if (size < hour) return sign + short(size / minute, 'min');
  if (size < 48 * hour) return sign + short(size / hour, 'h');
  return sign + short(size / (24 * hour), 'd');
};

/** `just now`, `3 min ago`. */
export const ago = (at: number, now: number): string => (now - at < 5 * second ? 'just now' : `${span(now - at)} ago`);
