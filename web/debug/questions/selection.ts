import { type Path, pathText } from '../../../domain/path.ts';
import { valueAt } from '../../../replay/next-change.ts';
import { copies, json } from '../copy.ts';
import { button, element } from '../elements.ts';
import { showFault } from '../notices.ts';
import type { Reader } from '../reader/reader.ts';
import type { Session } from '../session.ts';
import { createAsking } from './asking.ts';

/** A value of the state that was chosen: shown whole, and followed through the versions. */
export interface Selection {
  readonly path: Path | undefined;
  choose(path: Path | undefined): void;
  /** `undefined`: there is no state. */
  show(state: { readonly value: unknown } | undefined): void;
}

/** Characters of a value that are shown. All of it can be copied. */
const longest = 100_000;

export const createSelection = (
  reader: Reader,
  session: () => Session | undefined,
  onChoose: (path: Path | undefined) => void,
): Selection => {
  const [pane, name, value] = [
    element('selection'),
    element('selection-path'),
    element('selection-value', HTMLTextAreaElement),
  ];
  const none = element('selection-note');
  let path: Path | undefined;
  let state: { readonly value: unknown } | undefined;

  const asking = createAsking((busy) => {
    pane.ariaBusy = String(busy);
  });
  const text = (): string | undefined => {
    const found = state && path && valueAt(state.value, path);
    return typeof found === 'string' ? found : found === undefined ? undefined : json(found);
  };
  const draw = (): void => {
    pane.hidden = path === undefined;
    name.textContent = path ? pathText(path) : '';
    const whole = text();
    value.value = whole === undefined ? 'not there' : whole.slice(0, longest);
    value.toggleAttribute('data-absent', whole === undefined);
  };
  const choose = (next: Path | undefined): void => {
    path = next;
    asking.stop();
    draw();
    onChoose(next);
  };
  const follow = async (direction: 1 | -1): Promise<void> => {
    const current = session();
    if (!current || !path) return;
    const { room, version } = current;
    const sought = { path, version, direction };
    try {
      const found = await asking.ask((signal) => reader.ask(signal, 'change', room, sought));
      if (!found || session() !== current) return;
      if (found.answer !== undefined) current.go(found.answer);
      none.hidden = found.answer !== undefined;
      none.textContent = `No event ${direction === 1 ? 'after' : 'before'} this one changes it.`;
    } catch (cause) {
      showFault(cause);
    }
  };
  button('change-before').addEventListener('click', () => void follow(-1));
  button('change-next').addEventListener('click', () => void follow(1));
  button('unselect').addEventListener('click', () => choose(undefined));
  copies('copy-value', () => (state && path ? json(valueAt(state.value, path)) : undefined));

  return {
    get path() {
      return path;
    },
    choose,
    show: (next) => {
      state = next;
      none.hidden = true;
      draw();
    },
  };
};
