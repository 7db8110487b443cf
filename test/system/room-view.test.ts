import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type EventsMessage, type JoinRequest, publicEvent, type StateMessage } from '../../domain/protocol.ts';
import { logged } from '../domain/logged.ts';
import { createRoomView } from './room-view.ts';

const room = 'chat/a';
const state = (version: number, epoch = 'e1'): StateMessage => ({
  type: 'state',
  room,
  epoch,
  version,
  state: `${epoch} ${version}`,
});
const events = (from: number, to: number, epoch = 'e1', more: { recovered?: true } = {}): EventsMessage => ({
  type: 'events',
  room,
  epoch,
  from,
  to,
  events: Array.from({ length: to - from + 1 }, (_, index) =>
    publicEvent(logged(from + index, 'onMessage', { message: `${epoch} ${from + index}` })),
  ),
  ...more,
});

const asked: JoinRequest[] = [];
const view = () => createRoomView(room, (request) => asked.push(request));
const seqs = ({ events }: ReturnType<typeof view>) => events.map(({ seq }) => seq);
beforeEach(() => {
  asked.length = 0;
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('what a client knows of a room', () => {
  it('begins with the answer to joining, whatever came before it', () => {
    const ann = view();
    ann.ask('join');
    ann.take(events(3, 4));
    ann.take(state(3));
    expect([ann.known, seqs(ann), asked]).toEqual([{ version: 4, epoch: 'e1' }, [4], [{ action: 'join', room }]]);
  });

  it('takes what overlaps once', () => {
    const ann = view();
    ann.ask('join');
    ann.take(state(0, ''));
    for (const [from, to] of [
      [1, 2],
      [1, 3],
      [3, 3],
    ] as const)
      ann.take(events(from, to));
    expect([seqs(ann), ann.syncs]).toEqual([[1, 2, 3], 0]);
  });

  it('[C2] asks about a gap once, however many parts the answer has, and goes on with what it kept', () => {
    const ann = view();
    ann.ask('join');
    ann.take(state(1));
    ann.take(events(5, 5));
    ann.take(events(6, 6));
    expect(asked.slice(1)).toEqual([{ action: 'sync', room, since: 1, epoch: 'e1' }]);
    ann.take(events(2, 3, 'e1', { recovered: true }));
    ann.take(events(7, 7));
    ann.take(events(4, 6, 'e1', { recovered: true }));
    expect([seqs(ann), ann.syncs]).toEqual([[2, 3, 4, 5, 6, 7], 1]);
    vi.advanceTimersByTime(10_000);
    expect(ann.syncs).toBe(1);
  });

  it('[C2] asks again when an answer left a gap', () => {
    const ann = view();
    ann.ask('join');
    ann.take(state(1));
    ann.take(events(5, 5));
    ann.take(events(2, 2, 'e1', { recovered: true }));
    expect(ann.syncs).toBe(1);
    vi.advanceTimersByTime(2000);
    expect(asked.at(-1)).toEqual({ action: 'sync', room, since: 2, epoch: 'e1' });
  });

  it.each([events(6, 6, 'e2'), events(1, 1, 'e2'), state(9, 'e2')])(
    '[C3] asks when it is told of another history, and then forgets its own',
    (message) => {
      const ann = view();
      ann.ask('join');
      ann.take(state(4));
      ann.take(events(5, 5));
      ann.take(message);
      expect(ann.known).toEqual({ version: 5, epoch: 'e1' });
      expect(asked.slice(1)).toEqual([{ action: 'sync', room, since: 5, epoch: 'e1' }]);
      ann.take(state(2, 'e2'));
      ann.take(events(3, 3, 'e2'));
      expect([ann.state, seqs(ann).at(-1)]).toEqual(['e2 2', 3]);
      expect(ann.events.every(({ data }) => (data as { message: string }).message.startsWith('e2'))).toBe(true);
    },
  );

  it('[C3] keeps its own where what came was late', () => {
    const ann = view();
    ann.ask('join');
    ann.take(state(5, 'e2'));
    ann.take(events(8, 9, 'e1'));
    ann.take(events(6, 6, 'e2', { recovered: true }));
    expect([ann.known, seqs(ann)]).toEqual([{ version: 6, epoch: 'e2' }, [6]]);
    vi.advanceTimersByTime(10_000);
    expect(ann.syncs).toBe(1);
  });

  it('[C3] is the history of the answer on a new connection', () => {
    const ann = view();
    ann.ask('join', { version: 5, epoch: 'e1' });
    expect(asked).toEqual([{ action: 'join', room, since: 5, epoch: 'e1' }]);
    ann.take(events(3, 3, 'e2'));
    ann.take(state(2, 'e2'));
    expect([ann.known, ann.state, seqs(ann), ann.syncs]).toEqual([{ version: 3, epoch: 'e2' }, 'e2 2', [3], 0]);
  });

  it('[C2, C3] ends as the log does, whatever is lost, late, twice, or of a history that is over', () => {
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          does: fc.constant('append' as const),
          count: fc.integer({ min: 1, max: 3 }),
          told: fc.nat(2),
        }),
      },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('begin again' as const), length: fc.nat(12) }) },
      { weight: 2, arbitrary: fc.record({ does: fc.constant('repeat' as const), which: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ does: fc.constant('answer' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const requests: JoinRequest[] = [];
        const ann = createRoomView(room, (request) => requests.push(request));
        let log = { epoch: 'e0', version: 0 };
        const sent: EventsMessage[] = [];
        const answer = () => {
          const request = requests.shift();
          if (!request) return false;
          const { since, epoch } = request;
          const { version } = log;
          if (since === undefined || epoch !== log.epoch || since > version) ann.take(state(version, log.epoch));
          else ann.take(events(since + 1, version, log.epoch, { recovered: true }));
          return true;
        };
        const append = (count: number, told: number) => {
          const cast = events(log.version + 1, log.version + count, log.epoch);
          log = { ...log, version: log.version + count };
          sent.push(cast);
          for (let time = 0; time < told; time += 1) ann.take(cast);
        };
        ann.ask('join');
        for (const each of steps) {
          if (each.does === 'append') append(each.count, each.told);
          if (each.does === 'begin again') log = { epoch: `e${Number(log.epoch.slice(1)) + 1}`, version: each.length };
          if (each.does === 'answer') answer();
          const late = each.does === 'repeat' && sent[each.which % sent.length];
          if (late) ann.take(late);
        }
        // The next that comes shows what is missing.
        append(1, 1);
        for (let round = 0; round < 5; round += 1) {
          while (answer());
          vi.advanceTimersByTime(2000);
        }
        expect(ann.known).toEqual(log);
        const mine = ann.events.map(({ data }) => (data as { message: string }).message);
        const first = ann.events[0]?.seq ?? 1;
        expect(mine).toEqual(mine.map((_, index) => `${log.epoch} ${first + index}`));
        expect(requests).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
