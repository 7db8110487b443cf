import { element, made } from '../elements.ts';
import { latest } from '../latest.ts';
import { showFault } from '../notices.ts';
import type { Seen } from '../reader/messages.ts';
import type { Reader } from '../reader/reader.ts';
import { otherName } from '../reader/scan.ts';
import type { Session } from '../session.ts';
import { clock, count, counted } from '../words.ts';

/** What a member saw, where the state is shown. */
export interface SeenBy {
  /** Offers the senders that there are by now. */
  name(session: Session): void;
  /** The member whose eyes are looked through; '' for nobody's. */
  readonly member: string;
  /** Reads what it saw of the version that is looked at. */
  look(session: Session): void;
  clear(): void;
}

/** Members that can be chosen: the busiest senders. */
const most = 100;

const together = ({ from, to }: Seen): string =>
  from === to ? `event ${count(to)}` : `the events ${count(from)} to ${count(to)} together`;

export const createSeenBy = (
  reader: Reader,
  session: () => Session | undefined,
  onChoose: () => void,
  onSeen: (seen: Seen) => void,
): SeenBy => {
  const select = element('seen-by', HTMLSelectElement);
  const [pane, note, texts] = [element('seen'), element('seen-note'), element('seen-texts')];

  const show = (seen: Seen): void => {
    const { member, at, to, sent, ahead } = seen;
    pane.hidden = false;
    note.textContent = `At ${clock(at)} ${member} was told of ${together(seen)}: its client had version ${count(to)}${
      ahead.length === 0
        ? '.'
        : `, and showed ahead of it ${counted(ahead.length, 'action')} of its own: ${ahead.map(({ seq, type }) => `#${count(seq)} ${type}`).join(', ')}.`
    }`;
    texts.replaceChildren(
      ...Object.entries(sent).flatMap(([wire, all]) =>
        all.map((text) => {
          const line = made('li', '', text);
          line.title = `on the wire ${wire}`;
          line.dataset.wire = wire;
          return line;
        }),
      ),
    );
    onSeen(seen);
  };
  const read = latest<Session>(async (current, isNewest) => {
    const { room, version } = current;
    const member = select.value;
    if (member === '') return;
    try {
      const seen = await reader.saw(room, member, version);
      if (isNewest() && session() === current && current.version === version && select.value === member) show(seen);
    } catch (cause) {
      if (isNewest()) showFault(cause);
    }
  });
  select.addEventListener('change', () => {
    pane.hidden = true;
    onChoose();
  });

  return {
    get member() {
      return select.value;
    },
    name: ({ columns }) => {
      const senders = columns.busiest(most).filter(({ actor }) => actor > otherName);
      const names = senders.map(({ actor }) => columns.names[actor] ?? '');
      if (select.options.length === names.length + 1) return;
      const { value } = select;
      select.replaceChildren(new Option('after it', ''), ...names.map((name) => new Option(`as ${name} saw it`, name)));
      select.value = value;
    },
    look: read,
    clear: () => {
      select.replaceChildren(new Option('after it', ''));
      pane.hidden = true;
    },
  };
};
