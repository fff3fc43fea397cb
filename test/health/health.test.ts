import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { Blindness } from '../../src/health/blindness.ts';
import { createHealth } from '../../src/health/health.ts';
import { blindSays } from '../../src/health/messages.ts';
import type { Intake } from '../../src/intake/intake.ts';
import type { IntakeProblem } from '../../src/intake/problems.ts';

const NIGHT = ms(Date.UTC(2026, 9, 28, 19));

const healthWith = (
  found: readonly IntakeProblem[],
  blind: readonly Blindness[],
  trailing: Partial<Parameters<typeof createHealth>[0]['view']> = {},
) =>
  createHealth({
    config: configSchema.parse({}),
    intake: {
      found: () => found,
      lag: () => 0,
      counted: () => ({ events: 0, rejected: 0 }),
      otherChannels: () => new Map(),
      cardinality: { crowds: () => [], others: 0 },
      unreadable: () => [],
    } as unknown as Intake,
    view: {
      watermark: undefined,
      providers: () => [],
      behind: () => 0,
      tooLate: () => new Map(),
      ...trailing,
    },
    monitor: { blind: () => blind, problems: () => blind.map(blindSays) },
    store: () => 'the store hangs',
    delivery: () => 'Slack is away',
    heartbeat: () => undefined,
    waiting: () => 0,
    clock: () => NIGHT,
  })();
const problemsWith = (found: readonly IntakeProblem[], blind: readonly Blindness[]) =>
  healthWith(found, blind).problems;

const blindTo = (cause: Blindness['cause']): Blindness => ({
  ...{ cause, says: `no ${cause}, in words of its own`, since: NIGHT, filled: 1, isOpen: true },
});

test('what has lasted is told with its beginning, and not once more by who has it, whatever the words', () => {
  const found = [
    { about: 'kafka', text: 'no broker answers' },
    { about: 'group', text: 'a partition changes hands' },
  ] as const;

  expect(problemsWith(found, [])).toEqual([
    'the store hangs',
    'Slack is away',
    'no broker answers',
    'a partition changes hands',
  ]);
  expect(problemsWith(found, [blindTo('kafka')])).toEqual([
    'blind since 19:00:00 UTC: no kafka, in words of its own',
    'the store hangs',
    'Slack is away',
    'a partition changes hands',
  ]);
  expect(problemsWith([], [blindTo('store')])).toEqual([
    'blind since 19:00:00 UTC: no store, in words of its own',
    'Slack is away',
  ]);
});

test('a provider that trails the others is told of, with how far; one that is a few seconds late is not', () => {
  const behind = (provider: string) => (provider === 'alpha' ? 600 : 12);
  const { warnings } = healthWith([], [], {
    providers: () => ['alpha', 'beta'],
    behind,
    tooLate: () => new Map([['beta', { events: 1_234, seconds: 5_700 }]]),
  });
  expect(warnings).toEqual([
    expect.stringContaining('alpha’s reports come 10 min behind'),
    expect.stringContaining('beta: 1234 events of the last hour came up to 95 min late'),
  ]);
});
