import { defineConfig } from 'vitest/config';

/** The tests that drive a browser: slower than all the others, and they need Chromium on the machine. */
export default defineConfig({
  test: {
    include: ['test/**/*.browser.test.ts'],
    // The whole system under the load of a build server: once more there, and reported as flaky. Never on a developer's machine.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // Each file starts a browser; the second test of two cores would only make both late.
    fileParallelism: false,
  },
});
