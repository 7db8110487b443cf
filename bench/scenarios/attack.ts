import { setTimeout as pause } from 'node:timers/promises';
import { comeAndGo, flood, open } from '../attack/flood.ts';
import { type Talkers, talkers } from '../attack/talk.ts';
import { memoryFigure } from '../figures.ts';
import { watchMemory } from '../memory.ts';
import { percentile } from '../percentile.ts';
import { root, startRuntime } from '../runtime.ts';
import type { Figure, Scenario } from '../scenario.ts';

/** Connections that only stay. */
const idle = 500;
/** Quiet and attacked in turns: other work on the machine meets both. */
const turns = 5;
/** How long before a turn nobody attacks, in ms. */
const settling = 1000;

/** Connections that come and go, a second: a thousand within the turns. */
const coming = 25;

const inTurns = async (url: string, { talk }: Talkers, each: number) => {
  const [quiet, attacked]: [number[], number[]] = [[], []];
  let came = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    await pause(settling);
    quiet.push(...(await talk(each)));
    let isOver = false;
    const attacks = [flood(url, 'chat/flood'), comeAndGo(url, 'chat/door', coming, () => isOver)] as const;
    attacked.push(...(await talk(each)));
    isOver = true;
    const [, visits] = await Promise.all(attacks);
    came += visits;
  }
  return { quiet, attacked, came };
};

const rows = (section: string, times: readonly number[]): readonly Figure[] => [
  { section, name: 'answer, p50', unit: 'ms', value: percentile(times, 0.5) },
  { section, name: 'answer, p99', unit: 'ms', value: percentile(times, 0.99) },
];

/** Ten talk in a room while others do their worst, with the limits that a stack has. */
export const attack: Scenario = {
  name: 'attack',
  table: 'Ten who talk, while one sends 10,000 actions a second, others come and go, and 500 only stay',
  run: async ({ quick, say }) => {
    const runtime = await startRuntime(root);
    const stays = [];
    try {
      const ten = await talkers(runtime.url, 10, 'chat/ten');
      while (stays.length < idle)
        stays.push(...(await Promise.all(Array.from({ length: 20 }, () => open(runtime.url)))));
      await ten.talk(5);
      const { memory } = await runtime.quiet();
      const watch = watchMemory(runtime);
      say('quiet and attacked, in turns');
      const { quiet, attacked, came } = await inTurns(runtime.url, ten, quick ? 10 : 30);
      const peak = await watch.peak();
      ten.leave();
      const ratio = percentile(attacked, 0.99) / percentile(quiet, 0.99);
      return [
        {
          title: '10 clients',
          figures: [
            ...rows('quiet', quiet),
            ...rows('attacked', attacked),
            { section: 'attacked', name: 'p99, times the quiet one', unit: '', value: ratio, digits: 2 },
            { section: 'attacked', name: 'came and went', unit: '', value: came },
            memoryFigure('memory', 'before', memory),
            memoryFigure('memory', 'at the peak', peak),
          ],
        },
      ];
    } finally {
      for (const socket of stays) socket.terminate();
      await runtime.close();
    }
  },
};
