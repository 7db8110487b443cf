import { element } from './elements.ts';

const fault = element('fault');
const aside = element('aside');
const [empty, history] = [element('empty'), element('history')];

export const sentence = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Says above what is shown what went wrong. */
export const showFault = (cause: unknown): void => {
  fault.textContent = sentence(cause);
  fault.hidden = false;
};

export const clearFault = (): void => {
  fault.hidden = true;
  fault.textContent = '';
};

/** Says in the place of a history why there is none. */
export const showEmpty = (title: string, text: string): void => {
  element('empty-title').textContent = title;
  element('empty-text').textContent = text;
  empty.hidden = false;
  history.hidden = true;
};

export const showHistory = (): void => {
  empty.hidden = true;
  history.hidden = false;
};

/** Says beside what is shown what is to be known of it; `undefined`: nothing. */
export const note = (text: string | undefined, ...links: readonly Node[]): void => {
  aside.hidden = text === undefined;
  aside.replaceChildren(text ?? '', ...links.flatMap((link) => [' ', link]));
};
