import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address, type Delivery, type EventsCast, merge, type Part, rest, split } from '../../domain/delivery.ts';

const text = fc.constantFrom('a', 'b', '"quoted"', '\u{1F375}', 'x'.repeat(200));
const connection = fc.constantFrom('ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gil');

const partOf = (more: fc.Arbitrary<Partial<Part>>): fc.Arbitrary<Part> =>
  fc.tuple(fc.array(text, { maxLength: 8 }), more).map(([texts, rest]) => ({
    ...rest,
    texts,
    ...(rest.state !== undefined && { state: Math.min(rest.state, texts.length) }),
  }));

const parts = (more: fc.Arbitrary<Partial<Part>>) =>
  fc.array(fc.tuple(connection, partOf(more)), { minLength: 1, maxLength: 7 }).map((some) => new Map(some));

const stateCast = parts(fc.record({ state: fc.nat({ max: 2 }) })).map(
  (of): Delivery => ({ type: 'state', room: 'counter/a', ...address(of) }),
);

const event = (seq: number) => ({ seq, id: `${seq}`, type: 'said', data: {}, by: 'ann', at: seq });

/** Casts of events that follow each other, with one event each. */
const eventsCasts = fc
  .array(parts(fc.constantFrom({}, { envelope: true as const })), { minLength: 1, maxLength: 6 })
  .map((all) =>
    all.map(
      (of, index): EventsCast => ({
        type: 'events',
        room: 'chat/a',
        epoch: 'e',
        since: index,
        version: index + 1,
        events: [event(index + 1)],
        ...address(of),
      }),
    ),
  );

const deliveries = fc.oneof(fc.array(stateCast, { minLength: 1, maxLength: 6 }), eventsCasts);

/** What each connection is sent that may not be left out. */
const certain = (all: readonly Delivery[]) =>
  Object.fromEntries(
    Array.from(merge(all), ([id, outbox]) => [id, outbox.texts.slice(0, outbox.certain)] as const).filter(
      ([, texts]) => texts.length > 0,
    ),
  );

const news = (all: readonly Delivery[]) =>
  Object.fromEntries(
    Array.from(merge(all), ([id, outbox]) => [id, outbox.texts.slice(outbox.certain)] as const).filter(
      ([, texts]) => texts.length > 0,
    ),
  );

const eventsIn = (texts: readonly string[] = []) =>
  texts.flatMap((each) => (JSON.parse(each) as { events: { seq: number }[] }).events.map(({ seq }) => seq));

describe('address', () => {
  it('gives each connection its part back, and holds no text twice', () => {
    fc.assert(
      fc.property(stateCast, (delivery) => {
        expect(new Set(delivery.texts).size).toBe(delivery.texts.length);
        expect(JSON.parse(JSON.stringify(delivery))).toEqual(delivery);
      }),
    );
    const of = new Map<string, Part>([
      ['ann', { texts: ['a', 'b'] }],
      ['bob', { texts: ['b'] }],
      ['cid', { texts: ['a', 'b'] }],
      ['dan', { texts: [] }],
    ]);
    expect(address(of)).toEqual({
      texts: ['a', 'b'],
      to: [
        { texts: [0, 1], connections: ['ann', 'cid'] },
        { texts: [1], connections: ['bob'] },
      ],
    });
  });
});

describe('split', () => {
  const size = (delivery: Delivery) => JSON.stringify(delivery).length;

  it('sends everybody the same, in order, in pieces that fit where they can', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          stateCast,
          eventsCasts.map(([first]) => first as Delivery),
        ),
        fc.nat({ max: 2000 }),
        (delivery, most) => {
          const pieces = split(delivery, (piece) => size(piece) <= most);
          const all = pieces.map((piece) => piece.delivery);
          expect(certain(all)).toEqual(certain([delivery]));
          expect(news(all)).toEqual(news([delivery]));
          expect(new Set(pieces.map(({ name }) => name)).size).toBe(pieces.length);
          for (const piece of all)
            if (size(piece) > most) {
              // What does not fit can't be made smaller: one text, or what is news, for one connection.
              const sent = [...merge([piece]).values()];
              expect(sent).toHaveLength(1);
            }
        },
      ),
    );
  });

  it('gives a connection the same piece whoever else is sent something', () => {
    const crowd = Array.from({ length: 40 }, (_, index) => `member ${index}`);
    const cut = (members: readonly string[]) => {
      const of = new Map(members.map((id) => [id, { texts: [`${id} alone`] }]));
      const pieces = split({ type: 'direct', ...address(of) }, ({ texts }) => texts.length <= 8);
      return new Map(
        pieces.flatMap(({ name, delivery: { to } }) =>
          to.flatMap(({ connections }) => connections.map((id) => [id, name] as const)),
        ),
      );
    };
    const whole = cut(crowd);
    const fewer = cut(crowd.slice(1));
    for (const [id, name] of fewer)
      expect(name.startsWith(whole.get(id) ?? '') || whole.get(id)?.startsWith(name)).toBe(true);
    expect(cut(crowd)).toEqual(whole);
  });

  it('leaves out events that nobody in a piece is sent', () => {
    const of = new Map<string, Part>([
      ['ann', { texts: [], envelope: true }],
      ['bob', { texts: ['plain'] }],
    ]);
    const [cast] = fc.sample(eventsCasts, 1)[0] ?? [];
    const pieces = split({ ...(cast as EventsCast), ...address(of) }, ({ to }) => to.length <= 1);
    const withEvents = pieces.filter(({ delivery }) => delivery.type === 'events' && delivery.events.length > 0);
    expect(withEvents.map(({ delivery: { to } }) => to.flatMap(({ connections }) => connections))).toEqual([['ann']]);
  });
});

describe('merge', () => {
  const states = (versions: readonly number[]) =>
    versions.map((version): Delivery => {
      const of = new Map([['ann', { texts: [`ack ${version}`, `state ${version}`], state: 1 }]]);
      return { type: 'state', room: 'counter/a', ...address(of) };
    });

  it('posts of states the newest alone, after all else', () => {
    expect(merge(states([1, 2, 3])).get('ann')).toEqual({
      texts: ['ack 1', 'ack 2', 'ack 3', 'state 3'],
      certain: 3,
    });
  });

  it('keeps a state that a newer cast does not tell its member', () => {
    const of = new Map([['bob', { texts: ['state 2'], state: 1 }]]);
    const merged = merge([...states([1]), { type: 'state', room: 'counter/a', ...address(of) }]);
    expect(merged.get('ann')?.texts).toEqual(['ack 1', 'state 1']);
  });

  it('posts events of casts that follow each other in one envelope', () => {
    fc.assert(
      fc.property(eventsCasts, (casts) => {
        for (const [id, outbox] of merge(casts)) {
          const own = casts.filter(({ to }) =>
            to.some(({ connections, envelope }) => envelope && connections.includes(id)),
          );
          const envelopes = outbox.texts.slice(outbox.certain);
          expect(eventsIn(envelopes)).toEqual(own.map(({ version }) => version));
          const gaps = own.filter(({ since }, index) => index > 0 && since !== own[index - 1]?.version).length;
          expect(envelopes).toHaveLength(own.length === 0 ? 0 : gaps + 1);
        }
      }),
    );
  });

  it('does not join events of two versions of the rules', () => {
    const of = new Map([['ann', { texts: [], envelope: true as const }]]);
    const common = { type: 'events', room: 'chat/a', epoch: 'e', ...address(of) } as const;
    const told = merge([
      { ...common, since: 4, version: 5, events: [event(5)] },
      { ...common, since: 5, version: 6, rules: 2, events: [event(6)] },
      { ...common, since: 6, version: 7, rules: 2, events: [event(7)] },
    ]).get('ann')?.texts;
    expect(told?.map((each) => JSON.parse(each))).toMatchObject([
      { from: 5, to: 5 },
      { from: 6, to: 7, rules: 2 },
    ]);
    expect(told?.[0]).not.toContain('rules');
  });

  it('does not join histories', () => {
    const of = new Map([['ann', { texts: [], envelope: true as const }]]);
    const cast = (epoch: string, since: number): EventsCast => ({
      type: 'events',
      room: 'chat/a',
      epoch,
      since,
      version: since + 1,
      events: [event(since + 1)],
      ...address(of),
    });
    const told = merge([cast('old', 4), cast('new', 5)])
      .get('ann')
      ?.texts.map((each) => JSON.parse(each));
    expect(told).toMatchObject([
      { epoch: 'old', from: 5, to: 5 },
      { epoch: 'new', from: 6, to: 6 },
    ]);
  });
});

describe('rest', () => {
  it('is what was not posted: with what was, everybody has been sent all, in order', () => {
    fc.assert(
      fc.property(deliveries, fc.array(fc.nat({ max: 12 })), (all, progress) => {
        const outboxes = [...merge(all)];
        const posted = new Map(
          outboxes.map(([id, { texts, certain }], index) => {
            const count = progress[index % (progress.length || 1)] ?? 0;
            return [id, count >= texts.length ? Number.POSITIVE_INFINITY : Math.min(count, certain)] as const;
          }),
        );
        const left = merge(rest(all, posted));
        for (const [id, outbox] of outboxes) {
          const count = posted.get(id) ?? 0;
          const before = count === Number.POSITIVE_INFINITY ? outbox.texts : outbox.texts.slice(0, count);
          expect([...before, ...(left.get(id)?.texts ?? [])]).toEqual(outbox.texts);
        }
      }),
    );
  });
});
