import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { errorCodes } from '../../domain/errors.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { files } from '../../domain/kinds/files.ts';
import { game } from '../../domain/kinds/game.ts';
import { requests } from '../../domain/registry.ts';
import { type System, startSystem } from '../system/system.ts';
import { until } from '../system/until.ts';
import { fill, matches, type Names, type Transcript, transcriptsOf } from './transcript.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/protocol.md'), 'utf8');
const transcripts = transcriptsOf(document);

/** Somebody in a transcript: the messages that no line has accounted for yet, and those that one has. */
interface Person {
  readonly socket: WebSocket;
  readonly unread: string[];
  readonly read: string[];
}

const open = async (url: string, wire: 'plain' | 'foldcast.v1'): Promise<Person> => {
  const socket = new WebSocket(url, wire === 'plain' ? [] : [wire]);
  const person: Person = { socket, unread: [], read: [] };
  socket.on('message', (data) => person.unread.push(String(data)));
  await once(socket, 'open');
  return person;
};

const close = async ({ socket }: Person): Promise<void> => {
  socket.close();
  await once(socket, 'close');
};

/** What may come between: a message a second time, or a state once more, of which members are sent as many as there happen to be. */
const isExtra = (message: string, { read }: Person): boolean =>
  read.includes(message) || message.startsWith('{"type":"state"') || message.includes('"pk":"gameInstance"');

/** Runs a transcript. Returns what somebody was sent and no line says. */
const run = async ({ steps }: Transcript, url: string, limit?: number): Promise<readonly string[]> => {
  const people = new Map<string, Person>();
  const names: Names = new Map();
  try {
    for (const step of steps) {
      if ('opens' in step) {
        people.set(step.who, await open(url, step.opens));
        continue;
      }
      const person = people.get(step.who);
      if (!person) throw new Error(`${step.who} is not connected.`);
      if ('closes' in step) {
        people.delete(step.who);
        await close(person);
        continue;
      }
      if ('sends' in step) {
        person.socket.send(fill(step.sends, names));
        continue;
      }
      const { unread, read } = person;
      const said = () => unread.findIndex((message) => matches(step.gets, message, names));
      let place = -1;
      const come = () => {
        place = said();
        return place >= 0;
      };
      await until(`${step.who} is sent ${fill(step.gets, names)}`, come, limit).catch((cause) => {
        throw new Error(`${cause.message} There was: ${unread.join('\n')}`, { cause });
      });
      read.push(...unread.splice(place, 1));
    }
    return [...people.values()].flatMap((person) => person.unread.filter((message) => !isExtra(message, person)));
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
    async (_, transcript) => expect(await run(transcript, system.url)).toEqual([]),
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

  it('notices when the server says something else', async () => {
    const line = 'ann opens plain\nann> {"action":"ping"}\nann< {"type":"ping"}';
    const [wrong] = transcriptsOf(`\`\`\`transcript\n${line}\n\`\`\``);
    await expect(run(wrong as Transcript, system.url, 1000)).rejects.toThrow('in vain');
  });
});
