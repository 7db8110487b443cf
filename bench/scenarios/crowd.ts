import { checkDescriptors } from '../descriptors.ts';
import { measureClicks, type Outcome } from '../fan-out/measure.ts';
import { joinAll } from '../fan-out/members.ts';
import { startOurs } from '../fan-out/ours.ts';
import { memoryFigure } from '../figures.ts';
import { watchMemory } from '../memory.ts';
import type { Figure, Scenario } from '../scenario.ts';

const count = 10_000;
/** Seconds that every member may take to show the right value. */
const limit = 180;

const figuresOf = (section: string, { seconds, showing, messages, posts = 0 }: Outcome): readonly Figure[] => [
  { section, name: 'until all show it', unit: 's', value: seconds ?? `more than ${limit}`, digits: 2 },
  { section, name: 'members that show it', unit: '', value: showing },
  { section, name: 'messages to each member', unit: '', value: messages / count, digits: 1 },
  { section, name: 'posts', unit: '', value: posts },
];

/** As many members as one room of one local runtime is asked to have. */
export const crowd: Scenario = {
  name: 'counter-10000',
  table: 'A crowd at the counter',
  onlyByName: true,
  run: async ({ say }) => {
    checkDescriptors(count);
    const system = await startOurs();
    const { runtime } = system;
    try {
      const { memory: idle } = await runtime.quiet();
      const watch = watchMemory(runtime);
      say(`${count} members join`);
      const began = performance.now();
      const members = await joinAll(system, count);
      const joining = (performance.now() - began) / 1000;
      const { memory: joined } = await runtime.quiet();
      const load = { limit: limit * 1000 };
      say('one click');
      // The first cast of all finds no connection to a client used yet.
      await measureClicks(system, members, { ...load, clickers: 1, each: 1 });
      const one = await measureClicks(system, members, { ...load, clickers: 1, each: 1 });
      say('100 clicks');
      const many = await measureClicks(system, members, { ...load, clickers: 5, each: 20 });
      const { memory } = await runtime.statistics();
      const peak = await watch.peak();
      for (const member of members) member.leave();
      return [
        {
          title: `${count.toLocaleString('en-US')} members`,
          figures: [
            { section: 'joining', name: 'until all have joined', unit: 's', value: joining, digits: 1 },
            ...figuresOf('one click, one cast to all', one),
            ...figuresOf('100 clicks', many),
            memoryFigure('memory', 'idle', idle),
            memoryFigure('memory', 'all have joined', joined),
            memoryFigure('memory', 'at the peak', peak),
            memoryFigure('memory', 'at the end', memory),
          ],
        },
      ];
    } finally {
      await system.close();
    }
  },
};
