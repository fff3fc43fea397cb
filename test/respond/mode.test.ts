import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../src/config/mode.ts';
import { ms } from '../../src/events/event.ts';
import type { JournalDraft } from '../../src/incidents/audit/log.ts';
import { createLocalGate, OPEN } from '../../src/respond/gate/memory.ts';
import { createModeSwitch, modeIn } from '../../src/respond/mode.ts';

const log = pino({ level: 'silent' });
const given = { by: 'ana', reason: 'two weeks were right' };

const setUp = async (configured: Mode = 'dry-run', gate = createLocalGate(OPEN, async () => {})) => {
  const drafts: JournalDraft[] = [];
  const append = async (more: readonly JournalDraft[]) => {
    drafts.push(...more);
    return 'written' as const;
  };
  const open = (over: Mode = configured) =>
    createModeSwitch({ gate, journal: { append }, configured: over, clock: () => ms(1_000), log });
  return { gate, drafts, open, modes: await open() };
};

test('the configuration holds until a person sets another, which is written down', async () => {
  const { modes, drafts } = await setUp();
  expect(modes.view()).toEqual({ mode: 'dry-run', configured: 'dry-run', set: null });
  await modes.set('armed', given);
  expect(modes.view()).toEqual({
    mode: 'armed',
    configured: 'dry-run',
    set: { mode: 'armed', over: 'dry-run', ...given, since: 1_000 },
  });
  await modes.set(null, { ...given, reason: 'no' });
  expect(modes.view()).toMatchObject({ mode: 'dry-run', set: null });
  expect(drafts.map(({ kind, by, cause }) => [kind, by, cause])).toEqual([
    ['mode', 'ana', 'dry-run to armed: two weeks were right'],
    ['mode', 'ana', 'armed to dry-run: no'],
  ]);
});

test('another instance executes by it at once, and shows it when it has looked', async () => {
  const { modes, open } = await setUp('armed');
  const other = await open();
  await modes.set('dry-run', given);
  expect(other.view().mode).toBe('armed');
  expect(await other.now()).toBe('dry-run');
  expect(other.view().mode).toBe('dry-run');
});

describe('after a restart', () => {
  test('it holds still', async () => {
    const { modes, open } = await setUp();
    await modes.set('armed', given);
    expect((await open()).view().mode).toBe('armed');
  });

  test('a configuration that was changed since has the last word', async () => {
    const { modes, open } = await setUp('armed');
    await modes.set('learning', given);
    expect((await open('dry-run')).view()).toEqual({ mode: 'dry-run', configured: 'dry-run', set: null });
  });

  test('one set by hand in Redis holds whatever the configuration says', () => {
    const set = { mode: 'dry-run', over: null, by: 'somebody', reason: '', since: null } as const;
    for (const configured of MODES) expect(modeIn(set, configured)).toBe('dry-run');
  });
});

test('what cannot be written down or kept is not set', async () => {
  const { gate } = await setUp();
  const full = { append: () => Promise.reject(new Error('disk full')) };
  const modes = await createModeSwitch({
    gate,
    journal: full,
    configured: 'dry-run',
    clock: () => ms(0),
    log,
  });
  await expect(modes.set('armed', given)).rejects.toThrow('disk full');
  expect(await modes.now()).toBe('dry-run');
});
