type Kind<T> = abstract new () => T;

/** An element of debug.html, by its id. */
export const element = <T extends HTMLElement = HTMLElement>(id: string, kind?: Kind<T>): T => {
  const found = document.getElementById(id);
  if (!found || !(found instanceof (kind ?? HTMLElement))) throw new Error(`debug.html has no such element: ${id}.`);
  return found as T;
};

export const button = (id: string): HTMLButtonElement => element(id, HTMLButtonElement);

/** A new element with a class and a text. */
export const made = (tag: string, className: string, text = ''): HTMLElement => {
  const fresh = document.createElement(tag);
  fresh.className = className;
  fresh.textContent = text;
  return fresh;
};

/** Whether a key that is pressed there is meant for what is there: a field for texts, or a choice. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLSelectElement ||
  target instanceof HTMLTextAreaElement ||
  (target instanceof HTMLInputElement && target.type !== 'range');
