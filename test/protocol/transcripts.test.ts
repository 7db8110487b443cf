import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { files } from '../../domain/kinds/files.ts';
import { game } from '../../domain/kinds/game.ts';
import { errorCodes } from '../../domain/protocol.ts';
import { registry, requests } from '../../domain/registry.ts';
import { eventsOf } from '../system/rooms.ts';
import { type System, startSystem } from '../system/system.ts';
import { until } from '../system/until.ts';
import { fill, matches, type Names, roomsOf, type Transcript, transcriptsOf } from './transcript.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8');
const transcripts = transcriptsOf(document);

/** Somebody in a transcript: the messages that no line has accounted for yet, and the lines of those that may come. */
interface Person {
  readonly socket: WebSocket;
  readonly unread: string[];
  readonly allowed: string[];
}

const open = async (url: string, wire: 'plain' | 'foldcast.v1'): Promise<Person> => {
  const socket = new WebSocket(url, wire === 'plain' ? [] : [wire]);
  const person: Person = { socket, unread: [], allowed: [] };
  socket.on('message', (data) => person.unread.push(String(data)));
  await once(socket, 'open');
  return person;
};

const close = async ({ socket }: Person): Promise<void> => {
  socket.close();
  await once(socket, 'close');
};

/** Waits until nothing is under way any more to whoever is connected. */
const settled = async (system: System, transcript: Transcript, people: Iterable<Person>): Promise<void> => {
  for (const room of new Set([...roomsOf(transcript), 'counter/global-counter', 'chat/lobby']))
    if (registry.find(room)) await eventsOf(system, room);
  await until('all deliveries are done', async () => (await system.queued()) === 0);
  for (const { socket } of people) {
    // Frames come in order: before this answer everything that was sent earlier is there.
    socket.ping();
    await once(socket, 'pong');
  }
};

/** Runs a transcript. Returns what somebody was sent and no line says. */
const run = async (transcript: Transcript, system: System, limit?: number): Promise<readonly string[]> => {
  const people = new Map<string, Person>();
  const names: Names = new Map();
  const isUnexpected = ({ allowed }: Person, message: string) =>
    !allowed.some((line) => matches(line, message, new Map(names)));
  const unexpected: string[] = [];
  const account = (person: Person) =>
    unexpected.push(...person.unread.filter((message) => isUnexpected(person, message)));
  try {
    for (const step of transcript.steps) {
      if ('opens' in step) {
        people.set(step.who, await open(system.url, step.opens));
        continue;
      }
      const person = people.get(step.who);
      if (!person) throw new Error(`${step.who} is not connected.`);
      if ('closes' in step) {
        await settled(system, transcript, [person]);
        people.delete(step.who);
        await close(person);
        account(person);
        continue;
      }
      if ('sends' in step) {
        person.socket.send(fill(step.sends, names));
        continue;
      }
      if ('mayGet' in step) {
        person.allowed.push(step.mayGet);
        continue;
      }
      const { unread } = person;
      const said = () => unread.findIndex((message) => matches(step.gets, message, names));
      let place = -1;
      const come = () => {
        place = said();
        return place >= 0;
      };
      await until(`${step.who} is sent ${fill(step.gets, names)}`, come, limit).catch((cause) => {
        throw new Error(`${cause.message} There was: ${unread.join('\n')}`, { cause });
      });
      unread.splice(place, 1);
    }
    await settled(system, transcript, people.values());
    for (const person of people.values()) account(person);
    return unexpected;
  } finally {
    for (const person of people.values()) await close(person);
  }
};

describe('docs/protocol.md', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
  }, 120_000);
  afterAll(() => system.close());

  it('has transcripts', () => expect(transcripts.length).toBeGreaterThan(4));

  it.each(transcripts.map((transcript) => [transcript.line, transcript] as const))(
    'is what the server says, in the transcript at line %i',
    async (_, transcript) => expect(await run(transcript, system)).toEqual([]),
    60_000,
  );

  it('lists every code of an error, and no other', () => {
    const [, errors = ''] = document.split('## Errors');
    expect([...errors.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code)).toEqual([...errorCodes]);
  });

  it('names every action that comes with the project', () => {
    const own = [counter, chat, files, game].flatMap((kind) => Object.keys(kind.actions));
    const missing = [...own, ...Object.values(requests).flat()].filter((action) => !document.includes(`\`${action}\``));
    expect(missing).toEqual([]);
  });

  const transcriptOf = (...lines: string[]) =>
    transcriptsOf(`\`\`\`transcript\n${lines.join('\n')}\n\`\`\``)[0] as Transcript;

  it('notices when the server says something else', async () => {
    const wrong = transcriptOf('ann opens plain', 'ann> {"action":"ping"}', 'ann< {"type":"ping"}');
    await expect(run(wrong, system, 1000)).rejects.toThrow('in vain');
  });

  it('notices what nobody expects, unless it may come', async () => {
    const pong = '{"type":"pong"}';
    const more = ['ann opens plain', ...Array(2).fill('ann> {"action":"ping"}'), `ann< ${pong}`];
    expect(await run(transcriptOf(...more), system)).toEqual([pong]);
    expect(await run(transcriptOf(...more, 'ann closes'), system)).toEqual([pong]);
    expect(await run(transcriptOf(...more, `ann<? ${pong}`), system)).toEqual([]);
    expect(await run(transcriptOf(...more, 'ann<? {"type":"<other>","id":1}'), system)).toEqual([pong]);
  });

  it('notices a cast to who is not told to hear it', async () => {
    const click = ['ann opens plain', 'bob opens plain', 'ann> {"action":"plus"}'];
    const state = '{"type":"state","value":<v>,"version":<n>}';
    expect(await run(transcriptOf(...click, `ann< ${state}`), system)).toEqual([expect.stringContaining('"state"')]);
    expect(await run(transcriptOf(...click, `ann< ${state}`, `bob< ${state}`), system)).toEqual([]);
  });
});
