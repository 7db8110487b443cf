import { button } from './elements.ts';

/** How long a button says that it has copied, in ms. */
const saidFor = 1_500;

/** Makes a button copy a text, and say so. `text`: `undefined` where there is nothing to copy now. */
export const copies = (id: string, text: () => string | undefined): void => {
  const pressed = button(id);
  const name = pressed.textContent ?? '';
  let said: ReturnType<typeof setTimeout> | undefined;
  pressed.addEventListener('click', async () => {
    const copied = text();
    if (copied === undefined) return;
    clearTimeout(said);
    try {
      await navigator.clipboard.writeText(copied);
      pressed.textContent = 'Copied';
    } catch {
      // Pages that are not from this machine or by https may not.
      pressed.textContent = 'Not allowed';
    }
    said = setTimeout(() => {
      pressed.textContent = name;
    }, saidFor);
  });
};

export const json = (value: unknown): string => JSON.stringify(value, null, 2) ?? 'null';
