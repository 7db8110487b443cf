import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAction } from '../../../domain/action.ts';
import type { GameAction } from '../../../domain/kinds/game/document.ts';
import { game } from '../../../domain/kinds/game.ts';
import { registry } from '../../../domain/registry.ts';
import { given } from '../given.ts';
import { lawsOf } from '../laws.ts';
import { logged } from '../logged.ts';

lawsOf(game);

const gameId = 'KFNF';
type Items = Extract<GameAction, { gameAction: 'createGame' }>['game'];

const act = (data: GameAction) => ({ type: 'updateGame' as const, data });
const create = (document: Items = {}) => act({ gameAction: 'createGame', gameId, game: document });
const join = act({ gameAction: 'joinGame', gameId });
const addNames = (...names: string[]) => act({ gameAction: 'addNames', gameId, names });
const update = (updatedItems: Items, more: { version?: number } = {}) =>
  act({ gameAction: 'updateGame', gameId, updatedItems, ...more });

const started = { gameState: 'startPending', names: ['Ada'], round: 1, lastUpdateTime: 100 };
/** The state whose document the event `documentVersion` changed last. */
const stateOf = (document: object, documentVersion = 1) => ({
  id: gameId,
  document: document as Items,
  documentVersion,
  present: [],
});
const nothing = { document: null, present: [] };

describe('game', () => {
  it('has no document before it is created', () => {
    given(game).state(nothing);
  });

  it('is what its creator says, under its id', () => {
    given(game).events(create(started)).accepts().state(stateOf(started));
  });

  it('refuses to be created twice, and stays', () => {
    given(game)
      .events(create(started), create({ round: 9 }))
      .refuses('game-exists')
      .state(stateOf(started));
  });

  it('refuses whatever is done to no game, and does not create half of one', () => {
    for (const action of [join, addNames('Bob'), update({ round: 2 })])
      given(game).events(action).refuses('no-such-game').state(nothing);
  });

  it('stays as it is when somebody joins', () => {
    given(game).events(create(started), join).accepts().state(stateOf(started));
  });

  it('adds names at the end, and the time of the last update stays', () => {
    given(game)
      .events(create(started), addNames('Bob', 'Cleo'), addNames('Bob'))
      .accepts()
      .state(stateOf({ ...started, names: ['Ada', 'Bob', 'Cleo', 'Bob'] }, 3))
      .retry()
      .refuses('duplicate');
    given(game)
      .events(create(), addNames('Bob'))
      .accepts()
      .state(stateOf({ names: ['Bob'] }, 2));
  });

  it('merges items, and takes the time of the client as its own', () => {
    given(game)
      .events(create(started), update({ round: 2, curTeam: 1, currentUpdateTime: 150, lastUpdateTime: 100 }))
      .accepts()
      .state(stateOf({ ...started, round: 2, curTeam: 1, lastUpdateTime: 150 }, 2));
  });

  it('keeps its time when an update says none', () => {
    given(game)
      .events(create(started), update({ round: 2, lastUpdateTime: 100 }))
      .accepts()
      .state(stateOf({ ...started, round: 2 }, 2));
  });

  it('refuses an update by somebody who has not seen the last one', () => {
    given(game)
      .events(create(started), update({ round: 2, currentUpdateTime: 150, lastUpdateTime: 99 }))
      .refuses('stale')
      .state(stateOf(started));
  });

  it('takes an update with a later time, with none, and any while there is no time', () => {
    for (const [document, lastUpdateTime] of [[started, 101] as const, [started, undefined] as const, [{}, 1] as const])
      given(game)
        .events(create(document), update({ round: 2, ...(lastUpdateTime && { lastUpdateTime }) }))
        .accepts();
  });

  it('takes an update with none for one that has seen nothing later than its own time', () => {
    given(game)
      .events(create(started), update({ round: 2, currentUpdateTime: 99 }))
      .refuses('stale')
      .state(stateOf(started));
  });

  it('goes by the version where an update says one: whatever changed the document since makes it stale', () => {
    const now = { round: 2, lastUpdateTime: 150, currentUpdateTime: 160 };
    const changed = given(game).events(create(started), addNames('Bob'), { type: 'joined', by: 'ann' }, join);
    for (const version of [2, 3, 4]) changed.events(update(now, { version })).accepts();
    // What its times would say does not count.
    changed.events(update({ ...now, lastUpdateTime: 99 }, { version: 2 })).accepts();
    for (const version of [0, 1]) changed.events(update(now, { version })).refuses('stale');
    changed.events(update(now, { version: 2 }), update(now, { version: 2 })).refuses('stale');
  });

  it('takes a version that nobody can have seen yet for one of another history', () => {
    for (const version of [2, Number.MAX_SAFE_INTEGER])
      given(game)
        .events(create(started), update({ round: 2 }, { version }))
        .refuses('stale');
  });

  it('asks for the very last version where a state does not say when the document changed', () => {
    const { documentVersion: _, ...old } = stateOf(started);
    const refusal = (version: number) => game.refusal(old, logged(9, 'updateGame', update({}, { version }).data));
    expect([7, 8, 9].map(refusal)).toEqual(['stale', undefined, 'stale']);
  });

  it('believes no document that says a time that is yet to come', () => {
    const ahead = { ...started, lastUpdateTime: 1.7e308 };
    given(game)
      .events(create(ahead), update({ round: 2, currentUpdateTime: 150, lastUpdateTime: 100 }))
      .accepts()
      .state(stateOf({ ...ahead, round: 2, lastUpdateTime: 150 }, 2));
  });

  it('[A2] takes no time of more than five minutes ahead, by whichever key and action', () => {
    const objection = (action: ReturnType<typeof act>) => game.objection?.(action, 1_000);
    for (const time of ['lastUpdateTime', 'currentUpdateTime'])
      for (const does of [create, update]) {
        for (const late of [301_001, 1.7e308]) expect(objection(does({ [time]: late }))).toContain(time);
        for (const fine of [301_000, 0, -1e300]) expect(objection(does({ [time]: fine }))).toBeUndefined();
      }
    for (const action of [join, addNames('Ada'), create(), update({})]) expect(objection(action)).toBeUndefined();
  });

  it('refuses what makes the document larger than 64 KB, and stays', () => {
    const half = 'x'.repeat(31 * 1024);
    for (const action of [update({ more: half, round: 2 }), addNames(half)])
      given(game)
        .events(create({ half }), update({ other: half }), action)
        .refuses('document-too-large')
        .state(stateOf({ half, other: half }, 2));
    const most = 'x'.repeat(64 * 1024 - '{"a":""}'.length);
    given(game)
      .events(create({ a: most }))
      .accepts();
    given(game)
      .events(create({ a: `${most}x` }))
      .refuses('document-too-large')
      .state(nothing);
  });

  it('knows who is there, before there is a game and after', () => {
    given(game)
      .events(
        { type: 'joined', by: 'ann' },
        create(started),
        { type: 'joined', by: 'bob' },
        { type: 'left', by: 'ann' },
      )
      .accepts()
      .state({ ...stateOf(started, 2), present: [{ connection: 'bob-connection', user: 'bob' }] });
  });

  it('makes members of those who create or join, and of nobody else', () => {
    const joins = (action: ReturnType<typeof act>) => game.joins?.(logged(1, action.type, action.data));
    expect([create(), join].map(joins)).toEqual([true, true]);
    expect([addNames(), update({})].map(joins)).toEqual([false, false]);
    expect(game.joins?.(logged(1, 'joined', {}))).toBe(false);
  });
});

describe('what plain members of a game are sent', () => {
  const state = stateOf(started);
  const sent = (connection: string, ...events: ReturnType<typeof logged<'updateGame', GameAction>>[]) =>
    game.plain({ state, version: 9, events }, { connection, wire: 'plain' });
  const by = (connection: string, { type, data }: ReturnType<typeof act>, refused?: string) =>
    logged(9, type, data, { connection, ...(refused !== undefined && { refused }) });
  const document = { ...started, pk: 'gameInstance', sk: 'KFNF' };

  it('is the bare document as plain JSON', () => {
    const [message = '', ...more] = sent('bob', by('ann', addNames('Ada')));
    expect(JSON.parse(message)).toEqual(document);
    expect(more).toEqual([]);
  });

  it.each([
    ['createGame', create(), undefined, []],
    ['joinGame', join, undefined, []],
    ['addNames', addNames('Ada'), undefined, ['bob']],
    ['updateGame', update({}), undefined, ['bob']],
    ['a stale update', update({}), 'stale', ['ann', 'bob']],
    ['an update that came twice', update({}), 'duplicate', []],
    ['an update to no game', update({}), 'no-such-game', []],
  ])('after %s goes to those whom the table says', (_, action, refused, hearers) => {
    expect(['ann', 'bob'].filter((member) => sent(member, by('ann', action, refused)).length > 0)).toEqual(hearers);
  });

  it('goes once to a member for whom any of several events is news', () => {
    const events = [by('ann', addNames('Ada')), by('bob', update({})), by('cleo', join)];
    for (const member of ['ann', 'bob', 'cleo']) expect(sent(member, ...events)).toHaveLength(1);
  });

  it('goes to nobody when people come and go', () => {
    const events = [logged(1, 'joined', {}, { connection: 'cleo' }), logged(2, 'left', {}, { connection: 'cleo' })];
    expect(game.plain({ state, version: 2, events }, { connection: 'bob', wire: 'plain' })).toEqual([]);
  });

  it('goes to everyone when it is cast once more, unless there is no game', () => {
    expect(sent('ann')).toHaveLength(1);
    expect(game.plain({ state: nothing, version: 0, events: [] }, { connection: 'ann', wire: 'plain' })).toEqual([]);
  });
});

describe('a game, whatever is sent', () => {
  const key = fc.constantFrom(
    'round',
    'names',
    'pk',
    'a',
    '__proto__',
    'constructor',
    'toString',
    'lastUpdateTime',
    'currentUpdateTime',
  );
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer({ min: 0, max: 9 }));
  const items = fc
    .array(fc.tuple(key, value), { maxLength: 4 })
    .map((entries) => `{${entries.map((entry) => entry.map((part) => JSON.stringify(part)).join(':')).join()}}`);
  const action = fc
    .tuple(fc.constantFrom('createGame', 'joinGame', 'addNames', 'updateGame'), items)
    .map(
      ([name, json]) =>
        `{"action":"updateGame","gameAction":"${name}","gameId":"kfnf","names":["x"],"game":${json},"updatedItems":${json}}`,
    );

  it('counts what the rules allow, changes what was sent and nothing else, and reaches no prototype', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (bodies) => {
        let state = game.initial;
        const accepted = bodies.flatMap((body) => {
          const parsed = parseAction(body, registry, 0);
          return parsed.ok ? [act(JSON.parse(JSON.stringify(parsed.draft.data)) as GameAction)] : [];
        });
        for (const [index, { type, data }] of accepted.entries()) {
          const seq = index + 1;
          const before = state.document;
          const refused = game.refusal(state, logged(seq, type, data));
          if (data.gameAction === 'createGame') expect(refused).toBe(before ? 'game-exists' : undefined);
          else if (!before) expect(refused).toBe('no-such-game');
          if (refused !== undefined) continue;
          state = game.fold(state, logged(seq, type, data));
          const { document } = state;
          if (data.gameAction !== 'updateGame') continue;
          const { lastUpdateTime: seen, currentUpdateTime, ...items } = data.updatedItems;
          const known = seen ?? currentUpdateTime;
          if (known !== undefined) expect(before?.lastUpdateTime ?? known).toBeLessThanOrEqual(known);
          const time = currentUpdateTime ?? before?.lastUpdateTime;
          expect(document).toEqual({ ...before, ...items, ...(time !== undefined && { lastUpdateTime: time }) });
        }
        given(game)
          .events(...accepted)
          .state(state);
        expect(Object.keys(Object.prototype)).toEqual([]);
        for (const unsafe of ['__proto__', 'constructor'])
          expect(Object.keys(state.document ?? {})).not.toContain(unsafe);
      }),
      { numRuns: 300 },
    );
  });
});
