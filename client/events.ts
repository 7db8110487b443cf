import type { PublicEvent } from '../domain/protocol.ts';

/** Events that wait for one who iterates and does not come: beyond that the iteration fails, for some would be lost in silence. */
const mostWaiting = 10_000;

interface Reader {
  readonly waiting: PublicEvent[];
  wake: () => void;
  overrun: boolean;
}

/** Hands events to all who iterate over them, each from the moment on at which it began. */
export const createEvents = () => {
  const readers = new Set<Reader>();
  let over = false;

  async function* read(reader: Reader): AsyncGenerator<PublicEvent> {
    try {
      for (;;) {
        const event = reader.waiting.shift();
        if (event) yield event;
        else if (reader.overrun)
          throw new Error(`More than ${mostWaiting} events waited to be taken: take them sooner.`);
        else if (over) return;
        else
          await new Promise<void>((wake) => {
            reader.wake = wake;
          });
      }
    } finally {
      readers.delete(reader);
    }
  }

  return {
    put: (event: PublicEvent): void => {
      for (const reader of readers) {
        if (reader.waiting.length < mostWaiting && !reader.overrun) reader.waiting.push(event);
        else reader.overrun = true;
        reader.wake();
      }
    },
    end: (): void => {
      over = true;
      for (const { wake } of readers) wake();
    },
    all: {
      [Symbol.asyncIterator]: () => {
        const reader: Reader = { waiting: [], wake: () => {}, overrun: false };
        readers.add(reader);
        return read(reader);
      },
    } satisfies AsyncIterable<PublicEvent>,
  };
};
