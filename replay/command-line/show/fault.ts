import type { Fault } from '../../../domain/fault.ts';
import { inert } from './inert.ts';

/** What rules threw, a line for each of the stack: of an error that begins with its message. */
export const faultLines = ({ message, stack }: Fault): readonly string[] => {
  const lines = (stack ?? message).split('\n');
  return (stack === undefined || stack.includes(message) ? lines : [...message.split('\n'), ...lines]).map(inert);
};
