import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/setup.ts'],
    reporters: ['default', './test/support/reporter.ts'],
    // A test that hangs must end; how fast one is says nothing, on a machine that others use too.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  },
});
