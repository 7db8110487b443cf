import { chat } from '../../../domain/kinds/chat.ts';
import { counter } from '../../../domain/kinds/counter.ts';
import type { Page } from '../../../domain/page.ts';
import { fold, type Sent } from '../memoryLog.ts';

export const room = 'counter/global-counter';

/** The pages of a chat, of batches of texts. */
export const chatPages = (name: string, ...batches: readonly (readonly string[])[]): Page[] => {
  const said = (message: string): Sent => ({ type: 'onMessage', data: { message } });
  return fold(chat, ...batches.map((batch) => batch.map(said))).map((page) => ({ ...page, room: name }));
};

/** The pages of a counter, of batches of `+` and `-`: who sends is ann for what adds and bob for what takes. */
export const counterPages = (...batches: readonly string[]): Page<number>[] => {
  const sent = (sign: string): Sent => (sign === '+' ? { type: 'plus', by: 'ann' } : { type: 'minus', by: 'bob' });
  return fold(counter, ...batches.map((batch) => [...batch].map(sent))).map((page) => ({ ...page, room }));
};
