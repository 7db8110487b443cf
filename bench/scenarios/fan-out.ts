import { fanOutColumns, type Run } from '../fan-out/figures.ts';
import { measureClicks, type Outcome } from '../fan-out/measure.ts';
import { joinAll } from '../fan-out/members.ts';
import { startOurs } from '../fan-out/ours.ts';
import { startScanAndPost } from '../fan-out/scan-and-post.ts';
import { startSocketIo } from '../fan-out/socket-io.ts';
import type { Member, System } from '../fan-out/system.ts';
import type { Scenario, Surroundings } from '../scenario.ts';

/** Seconds that every member may take to show the right value. */
const limit = 180;
const load = { clickers: 5, limit: limit * 1000 };

const runOne = async (
  start: () => Promise<System>,
  sizes: readonly number[],
  say: Surroundings['say'],
): Promise<Run> => {
  const system = await start();
  const { title } = system;
  const members: Member[] = [];
  const outcomes = new Map<number, Outcome>();
  try {
    for (const size of sizes) {
      say(`${title}, ${size} members`);
      members.push(...(await joinAll(system, size - members.length)));
      await measureClicks(system, members, { ...load, each: 2 });
      outcomes.set(size, await measureClicks(system, members, { ...load, each: 20 }));
    }
    return { title, outcomes };
  } finally {
    for (const member of members) member.leave();
    await system.close();
  }
};

/** The same clicks on three shared counters, one system after the other. */
export const fanOut: Scenario = {
  name: 'fan-out',
  table: 'Five click, everyone watches',
  run: async ({ quick, say }) => {
    const sizes = quick ? [50, 200] : [50, 200, 1_000];
    const runs: Run[] = [];
    for (const start of [startOurs, startScanAndPost, startSocketIo]) runs.push(await runOne(start, sizes, say));
    return fanOutColumns(runs, limit);
  },
};
