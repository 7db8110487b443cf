import { styleText } from 'node:util';

/** What structured loggers put into every line and nobody reads on a terminal. */
const noise = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
]);

/** A function's log line for a person: the function's name, the message, and the rest as `key=value`. Other lines stay as they are. */
export const readableLine = (functionName: string, line: string): string => {
  const name = styleText('cyan', functionName);
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return `${name} ${line}`;
  }
  if (typeof entry !== 'object' || entry === null || !('message' in entry)) return `${name} ${line}`;
  const level = 'level' in entry ? String(entry.level) : 'INFO';
  const rest = Object.entries(entry)
    .filter(([key]) => !noise.has(key))
    .map(
      ([key, value]) => `${styleText('dim', `${key}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
  const message = level === 'INFO' ? String(entry.message) : styleText('yellow', `${level} ${entry.message}`);
  return [name, message, ...rest].join(' ');
};
