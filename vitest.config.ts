import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';
import { integrationFiles, SERVERS } from './test/support/needs.ts';

const integration = integrationFiles();
/** Tests that mostly wait for servers and processes: more at once than there are cores. */
const waiting = { pool: 'forks', maxWorkers: 4, sequence: { groupOrder: 1 } } as const;

export default defineConfig({
  test: {
    globalSetup: ['test/support/setup.ts'],
    reporters: ['default', './test/support/reporter.ts'],
    // A test that hangs must end; how fast one is says nothing, on a machine that others use too.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    sequence: { sequencer: LongestFirst },
    env: { KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...integration],
          pool: 'threads',
          maxWorkers: '100%',
          isolate: false,
          sequence: { groupOrder: 0 },
          // Whatever the machine has: a test that needs a server has no place here.
          env: Object.fromEntries(SERVERS.map((name) => [name, ''])),
        },
      },
      {
        extends: true,
        test: { name: 'integration', include: integration, ...waiting },
      },
      {
        extends: true,
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...waiting },
      },
    ],
  },
});
