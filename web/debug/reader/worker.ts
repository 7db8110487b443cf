import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { registry } from '../../../domain/registry.ts';
import { ReplayError } from '../../../replay/errors.ts';
import { databaseHistory } from '../../../replay/history/database.ts';
import { fileHistory } from '../../../replay/history/file.ts';
import type { History } from '../../../replay/history/history.ts';
import type { RoomLog } from '../../../replay/log.ts';
import { extentOf } from '../../../replay/state.ts';
import type { Answered, Asked, Calls, Source } from './messages.ts';
import { momentAt } from './moment.ts';
import { type Actors, createActors, scan } from './scan.ts';

/** All reading and folding is done here, in a thread of its own: the page stays free to draw. */

const historyOf = async (source: Source): Promise<History> => {
  if (source.from === 'file') return fileHistory(source.file, source.file.name);
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: source.endpoint,
    // The runtime takes any access key that names no function for the operator's.
    credentials: { accessKeyId: 'operator', secretAccessKey: 'local' },
  });
  return databaseHistory('the local runtime', DynamoDBDocumentClient.from(client), source.tables);
};

let history: History | undefined;
let opened: { readonly log: RoomLog; readonly actors: Actors } | undefined;

const current = (): History => {
  if (!history) throw new Error('Nothing was opened to read from.');
  return history;
};

const logOf = async (room: string): Promise<RoomLog> => (opened?.log.room === room ? opened.log : current().open(room));

/** When the first event (`end` 0) or the last (-1) of the page that holds `seq` was received. */
const timeIn = async (log: RoomLog, seq: number, end: 0 | -1): Promise<number> => {
  for await (const page of log.pages({ from: seq, to: seq })) return page.events.at(end)?.at ?? page.at;
  return 0;
};

/** The newest questions of two sorts. An answer changes nothing here if a newer question of its sort was asked since. */
const newest = { source: 0, room: 0 };
const giveUps = new Map<number, AbortController>();

type Answers = {
  readonly [Call in keyof Calls]: (...args: Parameters<Calls[Call]>) => Promise<ReturnType<Calls[Call]>>;
};

const answersTo = (id: number): Answers => ({
  source: async (source) => {
    newest.source = id;
    const found = await historyOf(source);
    if (newest.source === id) [history, opened] = [found, undefined];
    return null;
  },
  rooms: () => current().rooms(),
  room: async (name) => {
    newest.room = id;
    const log = await current().open(name);
    const { first, last } = await extentOf(log);
    const [firstAt, lastAt] = [await timeIn(log, first, 0), await timeIn(log, last, -1)];
    // Only now, when nothing can fail any more: after a failure the room before stays open.
    if (newest.room === id) opened = { log, actors: createActors() };
    const joiningIsAnEvent = Object.hasOwn(registry.kindOf(name)?.internal ?? {}, 'joined');
    return { first, last, firstAt, lastAt, joiningIsAnEvent };
  },
  version: async (room) => (await extentOf(await logOf(room))).last,
  moment: async (room, version) => momentAt(registry, await logOf(room), version),
  scan: async (room, from) => {
    if (opened?.log.room !== room) return null;
    const ending = new AbortController();
    giveUps.set(id, ending);
    for await (const chunk of scan(opened.log, from, opened.actors)) {
      if (ending.signal.aborted) break;
      answer({ id, chunk }, [chunk.times.buffer, chunk.actors.buffer, chunk.refused.buffer]);
    }
    return null;
  },
});

const answer = (message: Answered, transfer: Transferable[] = []): void => self.postMessage(message, { transfer });

/** A sentence for a person. Where no server answers, `fetch` throws a `TypeError` and the SDK passes it on. */
const sentenceOf = (cause: unknown): string =>
  cause instanceof TypeError && /fetch/i.test(cause.message)
    ? 'The local runtime does not answer: is npm start still running?'
    : cause instanceof Error
      ? cause.message
      : String(cause);

self.addEventListener('message', async ({ data }: MessageEvent<Asked>) => {
  const { id, call } = data;
  if (call === 'give up') {
    giveUps.get(id)?.abort();
    return;
  }
  try {
    const run = answersTo(id)[call] as (...args: readonly unknown[]) => Promise<unknown>;
    answer({ id, value: await run(...data.args) });
  } catch (cause) {
    answer({
      id,
      error: { message: sentenceOf(cause), ...(cause instanceof ReplayError && { fault: cause.fault }) },
    });
  } finally {
    giveUps.delete(id);
  }
});
