import { AwsError, type Call } from 'pulumi-local';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { defineKind, type Kind } from '../../domain/kind.ts';
import { game } from '../../domain/kinds/game.ts';
import { maxPageBytes, maxPostBytes, maxStateBytes } from '../../domain/limits.ts';
import { tablesOfFile } from '../store/tables.ts';
import { type Appended, coldFold, plus } from './cold-fold.ts';

/** All that the fold reads and writes, and what becomes of a batch where one of these calls fails: the table in docs/spec.md. */

const tables = await tablesOfFile();

const failures: readonly (readonly [what: string, code: string])[] = [
  ['throttled', 'ProvisionedThroughputExceededException'],
  ['not there', 'InternalServerError'],
  ['refused for its condition', 'ConditionalCheckFailedException'],
  ['not valid', 'ValidationException'],
  ['too large', 'ItemCollectionSizeLimitExceededException'],
  ['denied', 'AccessDeniedException'],
];

const sqs = 'queue deliveries';
/** The calls, by table and operation, that are made for the sender of an action; and those that are made for its room. */
const ofSender = ['connections UpdateItem', 'connections GetItem', 'connections PutItem'];
const ofRoom = ['log Query', 'log PutItem', 'connections Query', `${sqs} SendMessageBatch`];

const nameOf = ({ operation, input }: Call): string => {
  const { TableName } = input as { TableName?: string };
  const [table = sqs] = Object.entries(tables.names).find(([, name]) => name === TableName) ?? [];
  return `${table} ${operation}`;
};

/** Four letters that no other test has taken. */
let taken = 0;
const newGame = (): string =>
  `G${(taken++)
    .toString(26)
    .padStart(3, '0')
    .replace(/\d/g, (digit) => 'QRSTUVWXYZ'[Number(digit)] ?? '')}`.toUpperCase();

/** An action that makes its sender a member, one of somebody who is none, and one that was sent again. */
const actions = (id: string): readonly Appended[] => {
  const by = (connection: string) => ({ by: connection, connection, ack: true as const, at: Date.now() });
  const create = { gameAction: 'createGame', gameId: id, game: {} };
  const names = { gameAction: 'addNames', gameId: id, names: ['Ada'] };
  return [
    plus(`game/${id}`, 1, { type: 'updateGame', data: create, ...by('ann') }),
    plus(`game/${id}`, 2, { type: 'updateGame', data: names, ...by('bob') }),
    plus(`game/${id}`, 3, { type: 'updateGame', data: names, retry: true, ...by('bob') }),
  ];
};

const people = () =>
  Promise.all(['ann', 'bob'].map((id) => tables.connections.add({ id, wire: 'foldcast.v1', rooms: [], at: 0 })));

const namesIn = async (id: string) => (await tables.log.latest(`game/${id}`, game)).state.document?.names;

it('[F4] makes these calls, and no other', async () => {
  await people();
  const calls = new Set<string>();
  tables.through((call, next) => {
    calls.add(nameOf(call));
    return next();
  });
  expect(await coldFold(tables).fold(...actions(newGame()))).toEqual([]);
  expect([...calls].toSorted()).toEqual([...ofSender, ...ofRoom].toSorted());
});

it.each(failures.flatMap(([what, code]) => ofSender.map((call) => [call, what, code] as const)))(
  '[F4] folds a room and the others though %s of a sender is %s',
  async (failing, _, code) => {
    await people();
    const [id, beside] = [newGame(), newGame()];
    tables.through((call, next) => {
      if (nameOf(call) === failing) throw new AwsError(code, 'No.');
      return next();
    });
    expect(await coldFold(tables).fold(...actions(id), ...actions(beside))).toEqual([]);
    for (const room of [id, beside]) expect(await namesIn(room)).toEqual(['Ada', 'Ada']);
  },
  60_000,
);

it.each(failures.flatMap(([what, code]) => ofRoom.map((call) => [call, what, code] as const)))(
  '[F4] asks for the records of one room again where its %s is %s, and the others are folded and told',
  async (failing, _, code) => {
    await people();
    const [id, beside] = [newGame(), newGame()];
    let broken = true;
    tables.through((call, next) => {
      // A page that another fold wrote first is read, and so is there.
      const isHit = nameOf(call) === failing && JSON.stringify(call.input).includes(`game/${id}`);
      if (isHit && broken) {
        if (code === 'ConditionalCheckFailedException') broken = false;
        throw new AwsError(code, 'No.');
      }
      return next();
    });
    const { fold } = coldFold(tables);
    const failed = await fold(...actions(id), ...actions(beside));
    const isConflict = failing === 'log PutItem' && code === 'ConditionalCheckFailedException';
    expect(failed).toEqual(isConflict ? [] : [{ itemIdentifier: `game/${id}#1` }]);
    expect(await namesIn(beside)).toEqual(['Ada', 'Ada']);

    broken = false;
    expect(await fold(...actions(id))).toEqual([]);
    expect(await namesIn(id)).toEqual(['Ada', 'Ada']);
    const told = (await tables.queued()).flatMap((delivery) => (delivery.type === 'state' ? [delivery.room] : []));
    expect(told.toSorted()).toEqual([`game/${id}`, `game/${beside}`].toSorted());
  },
  60_000,
);

/** A kind whose states and texts are as large as an action says. */
const large = defineKind({
  name: 'large',
  actions: { fill: z.object({ text: z.string(), size: z.number() }) },
  roomOf: () => undefined,
  initial: '',
  refusal: () => undefined,
  fold: (_, { data: { size } }) => 'x'.repeat(size),
  cast: 'state',
  plain: ({ state }) => [state.repeat(state.length > maxStateBytes / 2 ? 1 : 100)],
}) as Kind<string>;

it('[F4] can write the largest page and queue the largest texts that clients can bring about', async () => {
  await tables.connections.add({ id: 'plain', wire: 'plain', rooms: ['large/a'], at: 0 });
  const fill = (seq: number, size: number) =>
    plus('large/a', seq, { type: 'fill', data: { text: 'ü'.repeat(15 * 1024), size } });
  const { fold, errors } = coldFold(tables, { more: [large as Kind] });
  const count = Math.floor(maxPageBytes / (30 * 1024)) + 1;
  const many = Array.from({ length: count }, (_, index) => fill(index + 1, maxStateBytes - 2));
  expect(await fold(...many)).toEqual([]);
  const [page] = await tables.log.pages('large/a', 1, 1);
  expect(Buffer.byteLength(JSON.stringify(page))).toBeGreaterThan(300 * 1024);
  expect(errors).toEqual([]);
  // What nobody can be posted is not queued.
  expect(await fold(fill(count + 1, maxPostBytes / 100 + 1), plus('counter/beside-large', 1))).toEqual([]);
  expect(errors).toMatchObject([
    [
      'the rules failed on what members are told',
      { room: 'large/a', fault: { message: expect.stringContaining('128 KB') } },
    ],
  ]);
});
