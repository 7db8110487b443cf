import { until } from '../../test/system/until.ts';
import { largestBundle } from '../bundles.ts';
import { memoryFigure } from '../figures.ts';
import { percentile } from '../percentile.ts';
import { root, startRuntime } from '../runtime.ts';
import type { Figure, Scenario } from '../scenario.ts';

const starts = 3;

/** Starts the runtime and waits until each function has an environment. */
const startOnce = async () => {
  const runtime = await startRuntime(root);
  try {
    await until('every function has started', async () =>
      Object.values((await runtime.statistics()).functions).every(({ coldStarts }) => coldStarts > 0),
    );
    return { readyMs: runtime.readyMs, ...(await runtime.quiet()) };
  } finally {
    await runtime.close();
  }
};

/** What somebody waits for who types `npm start`, and what a cold start costs. */
export const start: Scenario = {
  name: 'start',
  table: 'Start and size',
  run: async ({ say }) => {
    const runs: Awaited<ReturnType<typeof startOnce>>[] = [];
    while (runs.length < starts) {
      say(`start ${runs.length + 1} of ${starts}`);
      runs.push(await startOnce());
    }
    const { name, bytes } = await largestBundle();
    const median = (figureOf: (run: (typeof runs)[number]) => number) => percentile(runs.map(figureOf), 0.5);
    const section = 'runtime';
    const code = 'functions';
    const figures: readonly Figure[] = [
      { section, name: 'from start to ready', unit: 'ms', value: median(({ readyMs }) => readyMs) },
      memoryFigure(
        section,
        'memory, idle',
        median(({ memory }) => memory),
      ),
      { section: code, name: 'largest bundle', unit: '', value: name },
      { section: code, name: 'its size', unit: 'KB', value: bytes / 1024 },
      {
        section: code,
        name: 'its cold start, all functions starting at once',
        unit: 'ms',
        value: median(({ functions }) => Math.max(...(functions[name]?.initMs ?? []))),
      },
    ];
    return [{ title: `median of ${starts}`, figures }];
  },
};
