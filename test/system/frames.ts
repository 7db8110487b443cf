import fc from 'fast-check';
import { type ClientMessage, clientMessage } from '../../domain/protocol.ts';
import { actionNames } from '../../domain/routes.ts';

/** A message as a client would send it: text, or bytes. */
export type Frame = string | Uint8Array;

const rooms = [
  'chat/lobby',
  'chat/fuzz',
  'counter/global-counter',
  'game/FUZZ',
  'files/uploads',
  'nothing/here',
  'chat',
];
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 20 }));
const odd = fc.constantFrom<unknown>(
  ...[
    null,
    true,
    -1,
    0,
    1e21,
    5e-324,
    Number.MAX_SAFE_INTEGER + 2,
    '',
    '\u0000',
    '\uD800',
    '\uFFFF',
    '\u{1F375}',
    [],
    {},
    // Whoever compares one with a number, or puts it into a text, has to convert it.
    { length: { valueOf: null, toString: null } },
    [{ toString: 1 }],
    { size: { toString: {} }, length: [] },
    { length: 5 },
    { toJSON: {}, hasOwnProperty: null },
  ],
);

/** Values as a message may have them, some of which no JavaScript value is written as. */
const oddText = fc.oneof(
  // Whoever compares one with a number, or puts it into a text, has to convert it.
  fc.constantFrom(
    '{"length":{"valueOf":null,"toString":null}}',
    '{"length":3,"toString":{},"valueOf":[]}',
    '{"valueOf":null,"toString":null}',
    '[{"toString":1}]',
  ),
  fc.constantFrom(
    '{"__proto__":null}',
    '{"__proto__":{"toString":null,"length":1}}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"toJSON":null,"then":null}',
  ),
  // Halves of surrogate pairs, as text and as a key.
  fc.constantFrom('"\\ud83d"', '"a\\udf75\\ud83d"', '{"\\udc00":1}'),
  // Numbers that no double holds, or that come back as others.
  fc.constantFrom(
    '1e999',
    '-1e999',
    '[1e400]',
    '9007199254740993',
    '-9007199254740993',
    '1.8e308',
    '123456789012345678901234567890',
    '-0',
    '1e-400',
  ),
  // What every object has already.
  fc
    .tuple(
      fc.constantFrom('', 'chat/', 'game/', 'toString/'),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'valueOf'),
    )
    .map((parts) => JSON.stringify(parts.join(''))),
);

const known = { maxKeys: 4, depthSize: 'medium' } as const;
const json = fc.jsonValue(known);

/** What becomes part of messages beside what belongs into them. */
const more = fc.record(
  {
    user: fc.oneof(fc.constantFrom('ann', 'ann b', '__proto__', '~ann'), text, odd),
    id: fc.oneof(fc.uuid(), fc.constantFrom('same', 'x'.repeat(64)), text, odd),
    room: fc.oneof(fc.constantFrom(...rooms), text, odd),
    retry: fc.oneof(fc.boolean(), odd),
    epoch: fc.oneof(fc.uuid(), text, odd),
    since: fc.oneof(fc.nat(50), fc.integer(), odd),
    more: json,
  },
  { requiredKeys: [] },
);

const gameId = fc.oneof(fc.constantFrom('FUZZ', 'fuzz', 'ABCD'), text);
const time = fc.oneof(fc.nat(), fc.double(), odd);
const items = fc.record(
  { names: fc.array(json), lastUpdateTime: time, currentUpdateTime: time, round: json },
  { requiredKeys: [] },
);
const gameAction = fc.constantFrom('createGame', 'joinGame', 'addNames', 'updateGame');

/** Messages that are right, or nearly so. `connections`: ids of who is connected. */
const actions = (connections: readonly string[]): fc.Arbitrary<ClientMessage> =>
  fc.oneof(
    fc.record({ action: fc.constantFrom(...actionNames) }),
    fc.record({ action: fc.constant('onMessage'), message: text }),
    fc.record({ action: fc.constant('echomessage'), data: text }),
    fc.record({ action: fc.constantFrom('join', 'leave', 'sync'), room: fc.constantFrom(...rooms) }),
    fc.record({
      action: fc.constant('sendMessage'),
      connectionId: fc.oneof(fc.constantFrom(...connections), text, fc.constantFrom('.', '..', '/', '%2e', '?', '#')),
      message: text,
    }),
    fc.record({
      action: fc.constant('sendMessage'),
      to: fc.oneof(fc.constantFrom(...connections), text),
      room: fc.constantFrom(...rooms),
      message: text,
    }),
    fc.record({ action: fc.constant('upload'), name: text, type: fc.constantFrom('image/png', 'x'), size: fc.nat() }),
    fc.record({
      action: fc.constant('updateGame'),
      gameAction,
      gameId,
      game: items,
      updatedItems: items,
      names: fc.array(text, { maxLength: 5 }),
      version: fc.oneof(fc.nat(20), odd),
    }),
  );

/** Frames of which one key has an odd value, or which has an odd value under an odd key: the rest of it is right. */
const spike = (right: fc.Arbitrary<object>): fc.Arbitrary<string> =>
  fc
    .tuple(right, fc.nat(), oddText, fc.constantFrom('', '', '__proto__', 'constructor', 'toString'))
    .map(([message, place, value, key]) => {
      const parts = Object.entries(message).map(([name, part]) => [JSON.stringify(name), JSON.stringify(part)]);
      const part = parts[place % parts.length];
      if (key !== '' || !part) parts.push([JSON.stringify(key), value]);
      else part[1] = value;
      return `{${parts.map((each) => each.join(':')).join()}}`;
    });

/** Messages that are right but for one key. */
export const spiked = (connections: readonly string[]): fc.Arbitrary<string> => spike(actions(connections));

/** A place in a text, as a share of its length. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const scrap = fc.oneof(
  fc.constantFrom(
    '"__proto__":{"a":1},',
    '"constructor":1,',
    '\\uD800',
    '1e999',
    '9007199254740993',
    '"toString":null,',
    '"length":{"valueOf":null,"toString":null},',
    '"prototype":{"toString":[]},',
    '-',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ':',
    ',',
  ),
  text,
);
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), at: place, scrap }),
  fc.record({ kind: fc.constant('remove' as const), at: place, to: place }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, to: place }),
);

const mutate = (whole: string, change: typeof mutation extends fc.Arbitrary<infer M> ? M : never): string => {
  const at = Math.floor(change.at * whole.length);
  if (change.kind === 'insert') return whole.slice(0, at) + change.scrap + whole.slice(at);
  const to = Math.floor(change.to * whole.length);
  const [from, until] = [Math.min(at, to), Math.max(at, to)];
  if (change.kind === 'remove') return whole.slice(0, from) + whole.slice(until);
  return (whole.slice(0, until) + whole.slice(from)).slice(0, 30_000);
};

const large = fc.oneof(
  fc.nat(6000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc
    .nat(4000)
    .map(
      (depth) =>
        `{"action":"updateGame","gameAction":"createGame","gameId":"DEEP","game":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    ),
  fc.nat(30_000).map((length) => clientMessage({ action: 'onMessage', message: 'x'.repeat(length) })),
  fc.nat(10_000).map((length) => clientMessage({ action: 'echomessage', data: '\u{1F375}'.repeat(length / 8) })),
);

/** Any frame that fits into 32 KB. */
export const frames = (connections: readonly string[]): fc.Arbitrary<Frame> => {
  const message = fc.tuple(actions(connections), more).map(([action, extra]) => ({ ...extra, ...action }));
  const right = message.map((each) => JSON.stringify(each));
  const wrong = fc.tuple(right, fc.array(mutation, { minLength: 1, maxLength: 4 }));
  return fc.oneof(
    { weight: 30, arbitrary: right },
    { weight: 45, arbitrary: wrong.map(([whole, changes]) => changes.reduce(mutate, whole)) },
    { weight: 25, arbitrary: fc.oneof(spike(message), spiked(connections)) },
    { weight: 15, arbitrary: fc.oneof(fc.json(known), text) },
    { weight: 2, arbitrary: large },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
  );
};
