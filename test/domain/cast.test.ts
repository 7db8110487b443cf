import { describe, expect, it } from 'vitest';
import { castOf } from '../../domain/cast.ts';
import { merge, type Outbox } from '../../domain/delivery.ts';
import type { LoggedEvent } from '../../domain/event.ts';
import type { Kind, Member } from '../../domain/kind.ts';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { game } from '../../domain/kinds/game.ts';
import { logged } from './logged.ts';

const ann: Member = { connection: 'ann', wire: 'foldcast.v1' };
const bob: Member = { connection: 'bob', wire: 'foldcast.v1' };
const pia: Member = { connection: 'pia', wire: 'plain' };
const pit: Member = { connection: 'pit', wire: 'plain' };

interface Casting<State> {
  readonly state?: State;
  readonly events: readonly LoggedEvent[];
  readonly members?: readonly Member[];
  readonly strangers?: readonly Member[];
}

const read = (text: string) => (text.startsWith('{') ? JSON.parse(text) : text);

/** Casts events 4, 5, … of a room whose members know the first three: what each connection is sent, JSON read where it is some. */
const cast = <State>(
  kind: Kind<State>,
  { state = kind.initial, events, members = [], strangers = [] }: Casting<State>,
) => {
  const to = events.at(-1)?.seq ?? 3;
  const own = { room: `${kind.name}/a`, epoch: 'e', from: 4, to, events, since: 3, lanes: 1, bytes: 0, at: 0 };
  const deliveries = [...castOf({ kind, page: own, state, members, strangers }).values()];
  const sent = Array.from(merge(deliveries), ([connection, outbox]) => ({ connection, ...outbox }));
  const byConnection = (part: (outbox: Outbox) => readonly string[]) =>
    Object.fromEntries(
      sent.map((each) => [each.connection, part(each).map(read)] as const).filter(([, texts]) => texts.length > 0),
    );
  return {
    certain: byConnection(({ texts, certain }) => texts.slice(0, certain)),
    news: byConnection(({ texts, certain }) => texts.slice(certain)),
    groups: deliveries.flatMap(({ to }) => to.map(({ connections }) => connections)),
    texts: deliveries.flatMap(({ texts }) => texts),
  };
};

const plus = (seq: number, more: Partial<LoggedEvent> = {}) => logged(seq, 'plus', {}, more);
const say = (seq: number, message: string, more: Partial<LoggedEvent> = {}) =>
  logged(seq, 'onMessage', { message }, { connection: 'pia', ...more });

describe('a cast', () => {
  it('says the version of the rules that it is by, but for the first', () => {
    const news = { members: [ann], events: [plus(4)] };
    expect(cast(counter, news).news.ann?.[0]).not.toHaveProperty('rules');
    expect(cast({ ...counter, version: 3 }, news).news.ann).toMatchObject([{ type: 'state', rules: 3 }]);
    const talk = { members: [ann], events: [say(4, 'Tea?')] };
    expect(cast({ ...chat, version: 3 } as Kind<typeof chat.initial>, talk).news.ann).toMatchObject([
      { type: 'events', rules: 3 },
    ]);
  });

  it('sends members the newest state, each on its wire', () => {
    const { news, certain } = cast(counter, { state: 7, events: [plus(4), plus(5)], members: [ann, pia] });
    expect(news).toEqual({
      ann: [{ type: 'state', room: 'counter/a', epoch: 'e', version: 5, state: 7 }],
      pia: [{ type: 'state', value: 7, version: 5 }],
    });
    expect(certain).toEqual({});
  });

  it('sends members every event, from what they know on', () => {
    const { news, certain } = cast(chat, { events: [say(4, 'one'), say(5, 'two')], members: [ann, pia] });
    expect(certain).toEqual({ pia: ['one', 'two'] });
    expect(news).toMatchObject({
      ann: [{ type: 'events', room: 'chat/a', epoch: 'e', from: 4, to: 5, events: [{ seq: 4 }, { seq: 5 }] }],
    });
  });

  it('sends members nothing where no event counts', () => {
    for (const kind of [counter, chat] as Kind[])
      expect(
        cast(kind, { events: [plus(4, { refused: 'duplicate', first: { seq: 2 } })], members: [ann, pia] }),
      ).toEqual({ certain: {}, news: {}, groups: [], texts: [] });
  });

  it('names connections together that are sent the same', () => {
    const { groups } = cast(counter, { state: 7, events: [plus(4)], members: [ann, pia, bob, pit] });
    expect(groups).toEqual([
      ['ann', 'bob'],
      ['pia', 'pit'],
    ]);
  });

  it('writes a document once for each wire, however many members are sent it', () => {
    let written = 0;
    const toJSON = () => {
      written += 1;
      return { round: 2 };
    };
    const state = { id: 'KFNF', document: { toJSON }, present: [] };
    const members = Array.from({ length: 100 }, (_, index): Member => ({ connection: `${index}`, wire: 'plain' }));
    const events = [logged(4, 'updateGame', { gameAction: 'addNames' })];
    const { news, texts } = cast(game as Kind, { state, events, members });
    expect(Object.keys(news)).toHaveLength(100);
    expect(texts).toHaveLength(1);
    expect(written).toBe(2);
  });

  it('names senders together that are answered the same', () => {
    const events = [say(4, '', { refused: 'fault' }), say(5, '', { refused: 'fault', connection: 'pit' })];
    const { groups } = cast(chat, { events, members: [pia, pit] });
    expect(groups).toEqual([['pia', 'pit']]);
  });

  it('tells a member that is answered the same as the others after its answer', () => {
    const error = { type: 'error', code: 'refused', room: 'chat/a', reason: 'fault', message: expect.any(String) };
    const events = [say(4, '', { refused: 'fault' }), say(5, 'one'), say(6, 'two')];
    const { certain, groups } = cast(chat, { events, members: [pia, pit, { ...pit, connection: 'pam' }] });
    expect(certain).toEqual({ pia: [error, 'one', 'two'], pit: ['one', 'two'], pam: ['one', 'two'] });
    expect(groups).toEqual([['pia'], ['pit', 'pam']]);
  });

  it('keeps apart those whose messages differ only in where one ends', () => {
    const odd: Kind = {
      ...(chat as Kind),
      plain: (_, { connection }) => (connection === 'pia' ? ['one,two', 'three'] : ['one', 'two,three']),
    };
    const { certain } = cast(odd, { events: [say(4, '')], members: [pia, pit] });
    expect(certain).toEqual({ pia: ['one,two', 'three'], pit: ['one', 'two,three'] });
  });
});

describe('what a sender is told', () => {
  const refusal = { type: 'refused', room: 'counter/a', epoch: 'e', id: 'id-4', seq: 4, reason: 'state-too-large' };

  it('[C1] acknowledges to a sender that waits for it and to nobody else, member or not', () => {
    const events = [plus(4, { ack: true }), plus(5, { connection: 'bob' })];
    const ack = { type: 'ack', room: 'counter/a', epoch: 'e', id: 'id-4', seq: 4 };
    expect(cast(counter, { events, members: [ann, bob, pia] }).certain).toEqual({ ann: [ack] });
    expect(cast(counter, { events, strangers: [ann] })).toMatchObject({ certain: { ann: [ack] }, news: {} });
    expect(cast(counter, { events }).certain).toEqual({});
  });

  it('acknowledges before it casts, in the order of the events', () => {
    const events = [say(4, 'one', { connection: 'ann', ack: true }), say(5, 'two', { connection: 'ann', ack: true })];
    expect(cast(chat, { events, members: [ann] })).toMatchObject({
      certain: {
        ann: [
          { type: 'ack', seq: 4 },
          { type: 'ack', seq: 5 },
        ],
      },
      news: { ann: [{ type: 'events' }] },
    });
  });

  it('says why an action does not count, to its sender alone', () => {
    const events = [plus(4, { ack: true, refused: 'state-too-large' })];
    expect(cast(counter, { events, members: [ann, bob, pia] })).toMatchObject({
      certain: { ann: [refusal] },
      news: {},
    });
  });

  it('[F6] answers a duplicate as the first', () => {
    const again = { ack: true, refused: 'duplicate' } as const;
    const of = (first: NonNullable<LoggedEvent['first']>) =>
      cast(counter, { events: [plus(4, { ...again, first })], members: [ann] }).certain;
    expect(of({ seq: 2 })).toEqual({ ann: [{ type: 'ack', room: 'counter/a', epoch: 'e', id: 'id-4', seq: 2 }] });
    expect(of({ seq: 2, refused: 'state-too-large' })).toEqual({ ann: [{ ...refusal, seq: 2 }] });
  });

  it('tells a plain sender of a refusal, and of nothing else', () => {
    const events = [
      plus(4, { connection: 'pia' }),
      plus(5, { connection: 'pia', refused: 'fault' }),
      plus(6, { connection: 'pia', refused: 'duplicate', first: { seq: 2, refused: 'fault' } }),
    ];
    const error = { type: 'error', code: 'refused', room: 'counter/a', reason: 'fault', message: expect.any(String) };
    expect(cast(counter, { events, members: [pia, pit] }).certain).toEqual({ pia: [error] });
    expect(cast(counter, { events, strangers: [pia] }).certain).toEqual({ pia: [error] });
  });

  it('tells nobody what became of an event that the system appended', () => {
    const events = [logged(4, 'joined', {}, { connection: 'pia', refused: 'already-here' })];
    expect(cast(chat, { events, members: [pia, ann] }).groups).toEqual([]);
  });
});

describe('what a sender of a stale update is told', () => {
  const state = { id: 'KFNF', document: { round: 2, lastUpdateTime: 9 }, present: [] };
  const stale = (connection: string, more: Partial<LoggedEvent> = {}) =>
    logged(4, 'updateGame', { gameAction: 'updateGame' }, { connection, refused: 'stale', ...more });
  const document = { ...state.document, pk: 'gameInstance', sk: 'KFNF' };
  const kind = game as Kind;

  it('is the document, as all plain members are sent it, and no error', () => {
    const { certain, news } = cast(kind, { state, events: [stale('pia')], members: [pia, pit, ann] });
    expect({ certain, news }).toEqual({ certain: {}, news: { pia: [document], pit: [document] } });
  });

  it('is the document too if the sender has not joined', () => {
    const { certain, news } = cast(kind, { state, events: [stale('pia')], members: [pit], strangers: [pia] });
    expect({ certain, news }).toEqual({ certain: { pia: [document] }, news: { pit: [document] } });
  });

  it('is a refusal on our own wire', () => {
    const { certain } = cast(kind, { state, events: [stale('ann', { ack: true })], members: [ann, pia] });
    expect(certain).toMatchObject({ ann: [{ type: 'refused', reason: 'stale', seq: 4 }] });
  });
});
