import { describe, expect, it } from 'vitest';
import type { Event, LoggedEvent } from '../../domain/event.ts';
import { game } from '../../domain/kinds/game.ts';
import { beginning, foldPage } from '../../domain/page.ts';
import { sizeOf } from '../../domain/size.ts';
import { whatIf } from '../../replay/what-if.ts';
import { memoryLog } from '../replay/memoryLog.ts';

const room = 'game/KFNF';
const create = (seq: number, text: string, more: Partial<Event> = {}): Event => ({
  seq,
  id: `id-${seq}`,
  type: 'updateGame',
  data: { gameAction: 'createGame', gameId: 'KFNF', game: { text } },
  by: 'ann',
  connection: 'ann',
  at: seq,
  ...more,
});

const fold = (...events: readonly Event[]) => {
  const folded = foldPage({ room, epoch: 'e', kind: game, latest: beginning(game), events, at: 9 });
  if (!folded) throw new Error('Nothing was folded.');
  return folded.page;
};

const bulk = 'x'.repeat(30_000);

describe('a refused event', () => {
  it('[S3] keeps its reason and its first kilobyte of data, not its 32', () => {
    const [, second, third] = fold(create(1, bulk), create(2, bulk, { ack: true }), create(3, 'small')).events;
    const { data: _, ...rest } = create(2, bulk, { ack: true });
    const omitted = { bytes: sizeOf(JSON.stringify(create(2, bulk).data)), hash: expect.any(Number) };
    expect(second).toEqual({ ...rest, data: null, refused: 'game-exists', omitted });
    expect(third).toEqual({ ...create(3, 'small'), refused: 'game-exists' });
    const flood = Array.from({ length: 100 }, (_, index) => create(index + 2, bulk));
    expect(sizeOf(JSON.stringify(fold(create(1, ''), ...flood)))).toBeLessThan(30_000);
  });

  it('[F4] keeps all of it where the rules failed: whoever mends them tries them on it', () => {
    const broken: typeof game = {
      ...game,
      refusal: () => {
        throw new Error('Broken.');
      },
    };
    const events = [create(1, bulk)];
    const folded = foldPage({ room, epoch: 'e', kind: broken, latest: beginning(game), events, at: 9 });
    expect(folded?.page.events).toEqual([{ ...create(1, bulk), refused: 'fault' }]);
  });

  it('[F6] is answered as the first time when it is sent again, and is not what another was', () => {
    const again = { id: 'id-2', by: 'ann-2', connection: 'ann-2', retry: true } as const;
    const page = fold(
      create(1, ''),
      create(2, bulk),
      create(3, bulk, again),
      create(4, `${bulk}x`, { ...again, by: 'c', connection: 'c' }),
    );
    expect(page.events[2]).toMatchObject({ refused: 'duplicate', first: { seq: 2, refused: 'game-exists' } });
    expect(page.events[3]).toMatchObject({ refused: 'game-exists' });
  });
});

it('what other rules would make of an event whose data was not kept is not told: it stays refused', async () => {
  const page = fold(create(1, ''), create(2, bulk), create(3, 'small'));
  const lenient: typeof game = { ...game, refusal: () => undefined };
  const { omitted, verdicts, first } = await whatIf(memoryLog([page]), lenient);
  expect([omitted, verdicts]).toEqual([1, 1]);
  expect((first as { event?: LoggedEvent }).event?.seq).toBe(3);
});
