import fc from 'fast-check';
import { Closed, connect, type Keep, type Kept, type Options, Refused, TooMany, Uncertain } from 'foldcast-client';
import { describe, expect, it } from 'vitest';
import { chat } from '../../domain/kinds/chat.ts';
import { counter } from '../../domain/kinds/counter.ts';
import { tally } from '../domain/tally.ts';
import { createClock } from './clock.ts';
import { createWorld } from './world.ts';

const kinds = [counter, chat, tally] as const;

const begin = (chance?: () => number) => {
  const time = createClock();
  const world = createWorld(time.clock, kinds, chance);
  const client = (more: Partial<Options<(typeof kinds)[number]>> = {}) =>
    connect('wss://here/dev', { kinds, clock: time.clock, socket: world.socket, random: () => 0.5, ...more });
  return { ...time, world, client };
};
const room = 'counter/global-counter';

describe('a room', () => {
  it('is predicted at once, and never flickers for what counts', async () => {
    const { client, pass, settle } = begin();
    const ann = client().join(room);
    await pass(1000);
    expect([ann.state, ann.status]).toEqual([0, { is: 'live' }]);
    const shown: unknown[] = [];
    ann.subscribe(() => shown.push(ann.state));
    const done = Promise.all([ann.do.plus(), ann.do.plus(), ann.do.plus()]);
    await settle();
    expect(ann.state).toBe(3);
    await pass(2000);
    expect(await done).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    expect(new Set(shown)).toEqual(new Set([3]));
    expect([ann.version, ann.pending]).toEqual([3, []]);
  });

  it('takes back what is refused, and says why in a word of its kind', async () => {
    const { client, pass } = begin();
    const ann = client().join('tally/room');
    await pass(1000);
    const refused = ann.do.never().catch((cause: unknown) => cause);
    await pass(1000);
    const cause = await refused;
    expect(cause).toBeInstanceOf(Refused);
    expect(cause).toMatchObject({ reason: 'not-allowed', action: 'never', room: 'tally/room' });
    expect(ann.state).toEqual({ sum: 0, text: '' });
  });

  it('does not flicker while nobody has said what became of an action that was cut off', async () => {
    const { client, world, pass } = begin();
    const foldcast = client();
    const ann = foldcast.join(room);
    await pass(1000);
    const done = ann.do.plus();
    // It arrives, and its answer is lost.
    await pass(45);
    expect(world.counted(room)).toHaveLength(1);
    const shown: unknown[] = [];
    ann.subscribe(() => shown.push(ann.state));
    world.cut();
    await pass(20_000);
    expect(await done).toEqual({ seq: 1 });
    expect(new Set(shown)).toEqual(new Set([1]));
    expect(world.counted(room)).toHaveLength(1);
  });

  it('has its events in order, each once, for all who iterate', async () => {
    const { client, pass } = begin();
    const [ann, bob] = [client().join('chat/tea'), client().join('chat/tea')];
    const heard: string[] = [];
    void (async () => {
      for await (const event of bob.events) heard.push((event.data as { message: string }).message);
    })();
    await pass(1000);
    const said = Promise.all(['a', 'b', 'c'].map((message) => ann.do.onMessage({ message })));
    await pass(3000);
    await said;
    expect(heard).toEqual(['a', 'b', 'c']);
    expect(bob.state?.messages.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  it('forgets what counted in a history that is gone, though its state was never heard of', async () => {
    let slower = 0;
    // Each thing takes longer than the one before: the state comes after the acknowledgement.
    const { client, world, pass } = begin(() => {
      slower += 0.02;
      return slower;
    });
    const ann = client().join(room);
    await pass(1000);
    let counts: unknown;
    void ann.do.plus().then((done) => {
      counts = done;
    });
    while (counts === undefined) await pass(1);
    expect([counts, ann.version]).toEqual([{ seq: 1 }, 0]);
    world.cut();
    world.restore(room, 0);
    await pass(60_000);
    expect([ann.state, ann.status]).toEqual([0, { is: 'live' }]);
  });

  it('goes by the new history where a room began again or was restored', async () => {
    const { client, world, pass } = begin();
    const ann = client().join(room);
    const [one, two] = [ann.do.plus(), ann.do.plus()];
    await pass(2000);
    await Promise.all([one, two]);
    world.restore(room, 1);
    const bob = client().join(room);
    const done = bob.do.plus();
    await pass(5000);
    await done;
    expect([ann.state, ann.version, bob.state]).toEqual([2, 2, 2]);
  });

  it('without its rules has the state that the server says, also of events', async () => {
    const { client, world, clock, pass } = begin();
    const plain = connect('wss://here', { clock, socket: world.socket });
    const seen = plain.join('chat/tea');
    await pass(1000);
    const ann = client().join('chat/tea');
    const done = ann.do.onMessage({ message: 'Tea?' });
    await pass(5000);
    await done;
    expect(seen.state).toMatchObject({ messages: [{ text: 'Tea?' }] });
  });
});

describe('rules of another version than the server’s', () => {
  const counterOf2 = {
    ...counter,
    version: 2,
    initial: { value: 0 },
    fold: ({ value }: { value: number }, { type }: { type: string }) => ({
      value: value + (type === 'plus' ? 10 : -10),
    }),
  };
  /** It knows nobody's name, and says so in each message. */
  const chatOf2 = {
    ...chat,
    version: 2,
    fold: (...[state, event]: Parameters<typeof chat.fold>) => {
      const { messages, ...more } = chat.fold(state, event);
      return { ...more, messages: messages.map((each) => ({ ...each, by: 'nobody' })) };
    },
  };

  it('predict nothing, and take the states that the server says', async () => {
    const { client, world, pass, settle } = begin();
    const ann = client().join(room);
    const first = ann.do.plus();
    await pass(2000);
    await first;
    world.deploy([counterOf2, chat, tally]);
    const second = ann.do.plus();
    await pass(2000);
    await second;
    expect(ann.state).toEqual({ value: 20 });
    const third = ann.do.plus();
    await settle();
    expect([ann.state, ann.pending.length]).toEqual([{ value: 20 }, 1]);
    await pass(2000);
    await third;
    expect(ann.state).toEqual({ value: 30 });
  });

  it('fold no events: the state is asked for, also while more come all the time, and each event is told once', async () => {
    const { client, world, pass } = begin();
    const [ann, bob] = [client().join('chat/tea'), client().join('chat/tea')];
    const heard: string[] = [];
    void (async () => {
      for await (const event of bob.events) heard.push((event.data as { message: string }).message);
    })();
    const before = ann.do.onMessage({ message: 'before' });
    await pass(2000);
    await before;
    world.deploy([counter, chatOf2, tally]);
    const names = Array.from({ length: 10 }, (_, place) => `after ${place}`);
    const seen: (readonly string[] | undefined)[] = [];
    for (const message of names) {
      const done = ann.do.onMessage({ message });
      await pass(500);
      await done;
      seen.push(bob.state?.messages.map(({ by }) => by));
    }
    // By the old rules the first would be ann's, and the others too.
    expect(seen.at(-1)?.length).toBeGreaterThan(names.length / 2);
    await pass(3000);
    expect(bob.state?.messages.map(({ by }) => by)).toEqual([...names, 'before'].map(() => 'nobody'));
    expect([bob.status, heard]).toEqual([{ is: 'live' }, ['before', ...names]]);
  });

  it('rule again when the server has gone back to them', async () => {
    const { client, world, pass, settle } = begin();
    world.deploy([counterOf2, chat, tally]);
    const ann = client().join(room);
    await pass(1000);
    expect(ann.state).toEqual({ value: 0 });
    world.deploy(kinds);
    const done = ann.do.plus();
    await pass(2000);
    await done;
    const more = ann.do.plus();
    await settle();
    expect(ann.state).toBe(2);
    await pass(2000);
    await more;
  });
});

describe('a text to somebody', () => {
  it('goes once one is in the room with them', async () => {
    const { client, pass } = begin();
    const ann = client();
    const sent: string[] = [];
    ann.watch((text, direction) => direction === 'out' && sent.push(JSON.parse(text).action));
    ann.join('chat/tea');
    const told = ann.tell('~bob', 'chat/tea', 'Hi');
    await pass(60);
    expect(sent).toEqual(['whoAmI', 'join']);
    await pass(5_000);
    await told;
    expect(sent).toEqual(['whoAmI', 'join', 'sendMessage']);
  });

  it('is given up with the client', async () => {
    const { client } = begin();
    const ann = client();
    ann.join('chat/tea');
    const told = ann.tell('~bob', 'chat/tea', 'Hi').catch((cause: Error) => cause.name);
    ann.close();
    expect(await told).toBe('Closed');
  });
});

describe('an action', () => {
  it('is kept while there is no connection, in order, and sent when there is one', async () => {
    const { client, world, pass } = begin();
    world.answer(false);
    const ann = client().join('chat/tea');
    const done = Promise.all(['a', 'b', 'c'].map((message) => ann.do.onMessage({ message })));
    await pass(60_000);
    expect(ann.status).toMatchObject({ is: 'connecting' });
    expect(ann.pending.map(({ sent }) => sent)).toEqual([false, false, false]);
    world.answer(true);
    await pass(60_000);
    expect(await done).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    expect(world.counted('chat/tea').map(({ data }) => (data as { message: string }).message)).toEqual(['a', 'b', 'c']);
  });

  it('is given up honestly when nobody could say for five minutes', async () => {
    const { client, world, pass } = begin();
    const ann = client().join(room);
    await pass(1000);
    const given = ann.do.plus().catch((cause: unknown) => cause);
    await pass(10);
    world.answer(false);
    world.cut();
    await pass(4.5 * 60_000);
    expect(ann.pending).toHaveLength(1);
    await pass(60_000);
    expect(await given).toBeInstanceOf(Uncertain);
    expect(String(await given)).toContain('may have counted');
    expect(ann.pending).toEqual([]);
  });

  it('is not taken where too many wait', async () => {
    const { client, world } = begin();
    world.answer(false);
    const ann = client({ mostPending: 2 }).join(room);
    ann.do.plus().catch(() => {});
    ann.do.plus().catch(() => {});
    await expect(ann.do.plus()).rejects.toThrow(TooMany);
  });

  it('that is too large is refused before it is sent', async () => {
    const { client } = begin();
    const ann = client().join('chat/tea');
    await expect(ann.do.onMessage({ message: 'x'.repeat(33_000) })).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('outlives a reload, under the same id', async () => {
    const { client, world, pass } = begin();
    let saved: readonly Kept[] = [];
    const keep: Keep = {
      load: async () => saved,
      save: async (actions) => {
        saved = actions;
      },
    };
    const first = client({ keep });
    const ann = first.join(room);
    await pass(1000);
    ann.do.plus().catch(() => {});
    await pass(45);
    world.cut();
    world.answer(false);
    ann.do.plus().catch(() => {});
    await pass(1000);
    expect(saved).toHaveLength(2);
    const before = saved;
    first.close();
    world.answer(true);
    saved = before;
    const again = client({ keep }).join(room);
    await pass(30_000);
    expect([world.counted(room).length, again.state, saved]).toEqual([2, 2, []]);
  });
});

describe('the connection', () => {
  it('is noticed to be half-open, and made anew', async () => {
    const { client, world, pass } = begin();
    const ann = client().join(room);
    await pass(1000);
    world.silence();
    const done = ann.do.plus();
    await pass(60_000);
    expect(await done).toEqual({ seq: 1 });
    expect(ann.status).toEqual({ is: 'live' });
  });

  it('says something before it is closed for saying nothing', async () => {
    const { client, world, pass } = begin();
    const texts: string[] = [];
    const foldcast = client();
    foldcast.watch((text, direction) => void (direction === 'out' && texts.push(text)));
    foldcast.join(room);
    await pass(9 * 60_000);
    expect(texts.filter((text) => text.includes('ping')).length).toBeGreaterThanOrEqual(2);
    expect(world.lines()).toBe(1);
  });

  it('is renewed before the two hours are over, without a gap', async () => {
    const { client, world, pass } = begin();
    const foldcast = client();
    const ann = foldcast.join(room);
    const seen = new Set<string>();
    foldcast.subscribe(() => seen.add(foldcast.status.is));
    await pass(2000);
    const connection = foldcast.connection;
    for (let minute = 0; minute < 119; minute += 1) {
      const done = ann.do.plus();
      await pass(60_000);
      await done;
    }
    expect(foldcast.connection).not.toBe(connection);
    expect([...seen].filter((is) => is !== 'live' && is !== 'connecting')).toEqual([]);
    expect([ann.state, world.lines()]).toEqual([119, 1]);
    expect(foldcast.status).toEqual({ is: 'live' });
  });

  it('is renewed before its token ends, and has a token each time', async () => {
    const { client, clock, world, pass } = begin();
    const asked: string[] = [];
    const token = () => {
      const exp = Math.floor(clock.now() / 1000) + 600;
      const text = `x.${btoa(JSON.stringify({ sub: 'ann', exp }))}.y`;
      asked.push(text);
      return text;
    };
    const foldcast = client({ token });
    foldcast.join(room);
    await pass(30 * 60_000);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect([foldcast.user, world.lines()]).toEqual(['ann', 1]);
  });

  it('waits longer each time it fails, and says why and until when', async () => {
    const { client, world, pass } = begin();
    world.answer(false);
    let tries = 0;
    const foldcast = client({
      socket: () => {
        tries += 1;
        return world.socket();
      },
    });
    await pass(60_000);
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(12);
    expect(foldcast.status).toMatchObject({ is: 'connecting', why: 'the connection was lost' });
    foldcast.close();
    const before = tries;
    await pass(600_000);
    expect([tries, foldcast.status.is]).toEqual([before, 'closed']);
  });

  it('ends all that waits when it is closed', async () => {
    const { client, world } = begin();
    world.answer(false);
    const foldcast = client();
    const ann = foldcast.join(room);
    const waits = expect(ann.do.plus()).rejects.toThrow('the client was closed');
    foldcast.close();
    await waits;
    await expect(ann.do.plus()).rejects.toThrow(Closed);
  });
});

type Step =
  | { readonly do: 'act'; readonly client: number; readonly times: number }
  | { readonly do: 'cut' | 'silence'; readonly client: number }
  /** An action that is cut off on its way there or back, while another one acts. */
  | { readonly do: 'lose'; readonly client: number; readonly after: number }
  | { readonly do: 'down' | 'up' }
  | { readonly do: 'restore'; readonly back: number }
  | { readonly do: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('act' as const), client: fc.nat(2), times: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'silence' as const), client: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('lose' as const),
      client: fc.nat(2),
      after: fc.integer({ min: 1, max: 150 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('down' as const, 'up' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 3000 })),
    }),
  },
);

describe.each(['counter/global-counter', 'chat/tea'] as const)('whatever the network does, in %s', (name) => {
  const run = async (steps: readonly Step[], chances: readonly number[]) => {
    let drawn = 0;
    const { client, world, pass } = begin(() => chances[drawn++ % chances.length] ?? 0.5);
    const clients = [client(), client(), client()];
    const rooms = clients.map((each) => each.join(name));
    let histories = 0;
    const versions = rooms.map(() => ({ epoch: '', version: 0 }));
    rooms.forEach((each, place) => {
      each.subscribe(() => {
        const before = versions[place];
        const now = { epoch: each.epoch, version: each.version };
        // Committed state only moves forward within an epoch.
        if (before && before.epoch === now.epoch) expect(now.version).toBeGreaterThanOrEqual(before.version);
        versions[place] = now;
      });
    });
    const settled: Promise<{ readonly id: number; readonly seq?: number; readonly why?: unknown }>[] = [];
    const act = (place: number): void => {
      const id = settled.length;
      const text = { message: `${id}` };
      const own = rooms[place] as unknown as { do: Record<string, (data?: object) => Promise<{ seq: number }>> };
      const done = name === 'chat/tea' ? own.do.onMessage?.(text) : own.do.plus?.();
      settled.push(
        (done as Promise<{ seq: number }>).then(
          ({ seq }) => ({ id, seq }),
          (why: unknown) => ({ id, why }),
        ),
      );
    };
    for (const each of steps) {
      if (each.do === 'act') for (let time = 0; time < each.times; time += 1) act(each.client);
      else if (each.do === 'cut') world.cut((place) => place === each.client);
      else if (each.do === 'lose') {
        // By then everybody is connected again.
        await pass(20_000);
        act(each.client);
        await pass(each.after);
        world.cut((place) => place === each.client);
        act((each.client + 1) % 3);
      } else if (each.do === 'silence') world.silence((place) => place === each.client);
      else if (each.do === 'down') {
        world.answer(false);
        world.cut();
      } else if (each.do === 'up') world.answer(true);
      else if (each.do === 'restore') {
        histories += 1;
        world.restore(name, Math.max(0, world.room(name).latest.version - each.back));
      } else if (each.do === 'pass') await pass(each.ms);
    }
    world.answer(true);
    // A connection that has fallen silent is noticed when nothing is heard for four minutes.
    await pass(6 * 60_000);
    return { world, rooms, histories, results: await Promise.all(settled) };
  };

  it('counts each action once that it says counts, loses none in silence, and ends alike everywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        async (steps, chances) => {
          const { world, rooms, results } = await run(steps, chances);
          const counted = world.counted(name);
          expect(results.filter(({ why }) => why !== undefined)).toEqual([]);
          expect(counted.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
            results.map(({ seq }) => seq ?? 0).toSorted((a, b) => a - b),
          );
          for (const { state, version, pending, status } of rooms) {
            expect(state).toEqual(world.room(name).latest.state);
            // A refused event at the end of the log is nobody's to hear of.
            expect(version).toBeGreaterThanOrEqual(counted.at(-1)?.seq ?? 0);
            expect([pending, status]).toEqual([[], { is: 'live' }]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ends alike everywhere when the room is restored in between, and every call is answered', async () => {
    const restore = fc.record({ do: fc.constant('restore' as const), back: fc.nat(3) });
    const steps = fc.array(fc.oneof({ weight: 12, arbitrary: step }, { weight: 1, arbitrary: restore }), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { world, rooms } = await run([...all, { do: 'act', client: 0, times: 1 }], [0.3, 0.9, 0.1]);
        for (const { state, version } of rooms) {
          expect(state).toEqual(world.room(name).latest.state);
          expect(version).toBeGreaterThanOrEqual(world.counted(name).at(-1)?.seq ?? 0);
        }
      }),
      { numRuns: 40 },
    );
  });
});

it('keeps ten thousand actions while there is no connection, in order, and no more than that', async () => {
  const { client, world, pass, settle } = begin(() => 0);
  world.answer(false);
  const ann = client().join('chat/tea');
  const refused: unknown[] = [];
  for (let index = 0; index < 10_000; index += 1)
    ann.do.echomessage({ data: `${index}` }).catch((why) => refused.push(why));
  await settle();
  expect(ann.pending).toHaveLength(10_000);
  await expect(ann.do.echomessage({ data: 'one more' })).rejects.toThrow(TooMany);
  world.answer(true);
  while (world.counted('chat/tea').length < 500) await pass(5);
  const texts = world.counted('chat/tea').map(({ data }) => Number((data as { data: string }).data));
  expect(texts).toEqual(texts.map((_, index) => index));
  expect(refused).toEqual([]);
});
