import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'local/test/**/*.test.ts'],
    exclude: ['**/*.browser.test.ts'],
    // The whole system under the load of a build server: once more there, and reported as flaky. Never on a developer's machine.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores run the suite next to the worker threads of the local runtime: more files at once would only wait for each other.
    maxWorkers: 2,
  },
});
