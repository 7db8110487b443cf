import { randomInt } from 'node:crypto';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { seedReporter } from './test/reporter.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31 - 1));

const all = ['test/**/*.test.ts', 'local/test/**/*.test.ts'];
const browser = ['test/**/*.browser.test.ts'];
const engine = ['test/engine/**/*.test.ts'];
/** Tests that start all of it, or a process: most of the time of a run. */
const whole = [
  'test/{protocol,seeds,system}/**/*.test.ts',
  'test/bench/{fan-out,cost}.test.ts',
  'test/docs/readme.test.ts',
  'test/client/runtime.test.ts',
  'test/examples/scripts.test.ts',
  'test/infra/preview.test.ts',
  'test/replay/command-line/{say,token}.test.ts',
  'test/replay/command-line/commands/{bad-input,fork,local,process,shrink,watch}.test.ts',
  'local/test/{aws-cli,readme}.test.ts',
  'local/test/{graph,pages}/**/*.test.ts',
  'local/test/{dynamodb/kill,sqs/fifo-data,sqs/fifo-order}.test.ts',
];

/** The load of a build server may make one of these late: it is tried once more there, and named at the end. */
const retry = process.env.CI ? 1 : 0;

const project = (name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: all,
    provide: { seed },
    setupFiles: ['test/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores run the suite next to the worker threads of the local runtime: more files at once would only wait for each other.
    maxWorkers: 2,
    ...test,
  },
});

export default defineConfig({
  test: {
    reporters: ['default', seedReporter(seed)],
    projects: [
      // Files share what they import, which is two fifths of their time: each leaves clocks and the environment as they were.
      project('quick', {
        exclude: [...whole, ...browser, ...engine],
        globalSetup: ['test/program.ts'],
        isolate: false,
        retry,
        expect: { requireAssertions: true },
      }),
      project('whole', {
        include: whole,
        exclude: browser,
        globalSetup: ['test/program.ts'],
        retry,
        sequence: { groupOrder: 1 },
      }),
      // Needs a `pulumi`: without one they are skipped.
      project('engine', {
        include: engine,
        globalSetup: ['test/engine/cli.ts'],
        // A whole life of a stack is many runs of the engine.
        testTimeout: 300_000,
        hookTimeout: 300_000,
        sequence: { groupOrder: 2 },
      }),
      // Needs Chromium. Each file starts one; the second test of two cores would only make both late.
      project('browser', {
        include: browser,
        maxWorkers: 1,
        expect: { poll: { timeout: 30_000 } },
        retry,
        sequence: { groupOrder: 3 },
      }),
    ],
  },
});
