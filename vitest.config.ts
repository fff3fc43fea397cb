import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/setup.ts'],
    reporters: ['default', './test/support/reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  },
});
