import type { Bisected } from '../../../replay/bisect.ts';
import { copies } from '../copy.ts';
import { button, element } from '../elements.ts';
import { sentence } from '../notices.ts';
import type { Reader } from '../reader/reader.ts';
import type { Session } from '../session.ts';
import { count, counted } from '../words.ts';
import { createAsking } from './asking.ts';

/** Asks when something began, and makes a test of it. */
export interface Ask {
  /** Another room is looked at: what was found is not of it. */
  forget(): void;
}

const whereItBegan = ({ version, by, event, before }: Bisected): string => {
  switch (by) {
    case 'event':
      return `First true at version ${count(version)}: ${event?.type} of ${event?.by} made it so.`;
    case 'record':
      return `True of the state recorded at version ${count(version)}, but the events since version ${count(before?.version ?? 0)} don't lead there: the rules have changed since, or the record was altered.`;
    case 'start':
      return `True from the beginning, the state at version ${count(version)}.`;
  }
};

export const createAsk = (reader: Reader, session: () => Session | undefined): Ask => {
  const form = element('ask', HTMLFormElement);
  const expression = element('expression', HTMLInputElement);
  const every = element('every', HTMLInputElement);
  const [found, bugTest, stop] = [element('found'), element('bug-test'), button('stop')];
  const lines = element('test', HTMLTextAreaElement);

  const asking = createAsking((busy) => {
    stop.hidden = !busy;
    form.ariaBusy = String(busy);
  });
  const say = (text: string, trouble = false): void => {
    found.hidden = text === '';
    found.textContent = text;
    found.toggleAttribute('data-trouble', trouble);
  };
  const clear = (): void => {
    say('');
    bugTest.hidden = true;
  };
  /** Asks about what was typed, and says what goes wrong. */
  const question = async <Answer>(
    ask: (current: Session, text: string, signal: AbortSignal) => Promise<Answer>,
    show: (answer: Answer, current: Session, text: string) => void,
  ): Promise<void> => {
    const [current, text] = [session(), expression.value.trim()];
    clear();
    if (!current) return;
    if (text === '') {
      say('Write what is true where something is wrong, such as state < 0.', true);
      expression.focus();
      return;
    }
    say('Looking …');
    try {
      const answered = await asking.ask((signal) => ask(current, text, signal));
      if (!answered) return;
      clear();
      show(answered.answer, current, text);
    } catch (cause) {
      say(sentence(cause), true);
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void question(
      ({ room }, text, signal) => reader.ask(signal, 'bisect', room, text, every.checked),
      (bisected, current) => {
        if (bisected) {
          say(whereItBegan(bisected));
          current.go(bisected.version);
        } else if (every.checked) say('True at no version.');
        else say('Not true of the newest state. If it was for a while, “comes and goes” finds out.');
      },
    );
  });
  button('make-test').addEventListener(
    'click',
    () =>
      void question(
        ({ room, version }, text, signal) => reader.ask(signal, 'test', room, text, version),
        (test, { version }) => {
          if (!test)
            return say(
              `Not true of version ${count(version)} by the rules of this page: “Find the first” says where it is.`,
            );
          say(
            `${counted(test.events, 'event')} of ${count(test.of)} will do. The test goes into test/domain/kinds/, and fails for as long as they make it true.`,
          );
          lines.value = test.lines.join('\n');
          bugTest.hidden = false;
        },
      ),
  );
  stop.addEventListener('click', () => {
    asking.stop();
    clear();
  });
  copies('copy-test', () => lines.value);

  return {
    forget: () => {
      asking.stop();
      clear();
    },
  };
};
