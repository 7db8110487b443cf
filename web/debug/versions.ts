import { button, element, isTyping } from './elements.ts';
import type { Session } from './session.ts';
import { count } from './words.ts';

/** The slider and buttons over versions. */
export interface Versions {
  show(session: Session): void;
}

const far = 10;

/** `session`: the one that is looked at now. */
export const createVersions = (session: () => Session | undefined): Versions => {
  const slider = element('slider', HTMLInputElement);
  const field = element('version', HTMLInputElement);
  const refusedCount = element('refused-count');
  const go = (to: (session: Session) => number | undefined) => (): void => {
    const current = session();
    const next = current && to(current);
    if (next !== undefined) current?.go(next);
  };
  const refused = (direction: 1 | -1) =>
    go(({ columns, version }) => {
      const row = columns.refusedFrom(version - columns.first, direction);
      return row === undefined ? undefined : row + columns.first;
    });
  const steps = {
    first: go(({ opened }) => opened.first),
    back: go(({ version }) => version - 1),
    on: go(({ version }) => version + 1),
    last: go(({ last }) => last),
    farBack: go(({ version }) => version - far),
    farOn: go(({ version }) => version + far),
    refusedBack: refused(-1),
    refusedOn: refused(1),
  };
  const byKey: Readonly<Record<string, () => void>> = {
    ArrowLeft: steps.back,
    ArrowRight: steps.on,
    'Shift+ArrowLeft': steps.farBack,
    'Shift+ArrowRight': steps.farOn,
    PageUp: steps.farBack,
    PageDown: steps.farOn,
    Home: steps.first,
    End: steps.last,
    r: steps.refusedOn,
    'Shift+R': steps.refusedBack,
  };

  for (const [id, step] of [
    ['to-first', steps.first],
    ['back', steps.back],
    ['on', steps.on],
    ['to-last', steps.last],
    ['refused-back', steps.refusedBack],
    ['refused-on', steps.refusedOn],
  ] as const)
    button(id).addEventListener('click', step);
  slider.addEventListener('input', () => session()?.go(slider.valueAsNumber));
  const typed = (): void => {
    const wanted = Number(field.value.replaceAll(/[\s,]/g, ''));
    if (Number.isInteger(wanted)) session()?.go(wanted);
    const current = session();
    if (current) field.value = String(current.version);
  };
  field.addEventListener('change', typed);
  field.addEventListener('focus', () => field.select());
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') typed();
  });
  addEventListener('keydown', (event) => {
    // Whoever types means the text, and what somebody has answered is not answered twice.
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const step = byKey[event.shiftKey ? `Shift+${event.key}` : event.key];
    if (!step || !session()) return;
    event.preventDefault();
    step();
  });

  return {
    show: ({ opened, version, last, columns }) => {
      slider.min = String(opened.first);
      slider.max = String(last);
      slider.valueAsNumber = version;
      slider.ariaValueText = `version ${count(version)} of ${count(last)}`;
      const share = last === opened.first ? 1 : (version - opened.first) / (last - opened.first);
      slider.style.setProperty('--share', String(share));
      if (document.activeElement !== field) field.value = String(version);
      element('of').textContent = `of ${count(last)}`;
      refusedCount.textContent = `${count(columns.refusedBefore(columns.length))} refused`;
      // Not `disabled`, which would take the focus away from whoever is at the keyboard.
      for (const [id, off] of [
        ['to-first', version === opened.first],
        ['back', version === opened.first],
        ['on', version === last],
        ['to-last', version === last],
      ] as const)
        button(id).ariaDisabled = String(off);
    },
  };
};
