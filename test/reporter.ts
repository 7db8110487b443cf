import type { Reporter, TestModule } from 'vitest/node';

/** Says the run's seed first, and last once more beside each test that failed, or that failed and then passed. */
export const seedReporter = (seed: number): Reporter => ({
  onInit: () => console.log(`seed ${seed}`),
  onTestRunEnd: (modules: readonly TestModule[]) => {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const what = test.diagnostic()?.flaky ? 'flaky' : test.result().state === 'failed' ? 'failed' : undefined;
        if (what) console.log(`${what}: ${module.relativeModuleId} > ${test.fullName} (seed ${seed})`);
      }
    }
  },
});
