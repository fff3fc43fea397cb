import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { type Ms, ms } from '../../src/events/event.ts';
import { HOUR, MINUTE } from '../../src/events/time.ts';
import { lengthOf, turnOf } from '../../src/respond/expiry.ts';
import type { Pause } from '../../src/respond/gate/gate.ts';
import { action, incident, NIGHT, refused, strong } from '../incidents/build.ts';

const config = configSchema.parse({}).respond.pause;
const start = ms(NIGHT * 1000);
const end = ms(start + 4 * HOUR);
const pauseWith = (over: Partial<Pause> = {}): Pause => ({
  provider: 'alpha',
  category: 'marketing',
  reason: 'a burst',
  incident: 'alpha-20261028T190004Z',
  since: start,
  by: 'policy',
  token: 1,
  until: end,
  atEnd: 'stay',
  trickle: null,
  ...over,
});
const having = (...findings: ReturnType<typeof strong>[]) =>
  incident({ findings: findings.map((latest) => ({ firstAt: start, latest })) });
const turn = (now: number, over: Partial<Pause> = {}, parts: Partial<Parameters<typeof turnOf>[1]> = {}) =>
  turnOf(pauseWith(over), {
    now: ms(now),
    incident: having(strong(NIGHT, 'burst')),
    config,
    next: config.for,
    ...parts,
  });

describe('when its time is over', () => {
  test('and not before, it has a turn', () => {
    expect(turn(end - 1, { atEnd: 'resume' }).kind).toBe('none');
    expect(turn(end, { atEnd: 'resume' }).kind).toBe('resume');
    expect(turn(end + HOUR, { until: null, atEnd: 'resume' }).kind).toBe('none');
  });

  test('it stays until a person ends it, when that was ordered', () => {
    expect(turn(end)).toEqual({
      kind: 'stay',
      why: 'the time of this pause is over; marketing through alpha stays paused',
    });
  });

  test('a trickle is let through, when that was ordered', () => {
    expect(turn(end, { atEnd: 'probe' })).toMatchObject({
      kind: 'probe',
      trickle: 6,
      until: end + 10 * MINUTE,
    });
  });

  test.each(['resume', 'probe'] as const)('what was in forbidden hours is no subject of a %s', (atEnd) => {
    const night = having(strong(NIGHT, 'quiet_hours'));
    expect(turn(end, { atEnd }, { incident: night })).toMatchObject({ kind: 'stay' });
    const allowed = { ...config, endNights: true };
    expect(turn(end, { atEnd }, { incident: night, config: allowed }).kind).toBe(atEnd);
  });
});

describe('a trickle', () => {
  const probing = { trickle: 6, atEnd: 'probe' } as const;

  test('that stays ordinary ends the pause', () => {
    expect(turn(end - 1, probing).kind).toBe('none');
    expect(turn(end, probing).kind).toBe('resume');
  });

  test('that is as bad stops all again, for as long as the next pause would last', () => {
    const began = (end - 10 * MINUTE) / 1000;
    const worse = having(strong(began + 5, 'repeats'));
    const next = 2 * HOUR;
    expect(turn(end - 1, probing, { incident: worse, next: next as typeof config.for })).toEqual({
      kind: 'stop',
      until: end - 1 + next,
      why: 'the trickle was as bad: repeats of 100',
    });
    expect(turn(end - 1, probing, { incident: having(strong(began - 1, 'repeats')) }).kind).toBe('none');
  });
});

describe('how long a pause lasts', () => {
  const paused = (at: number) => action({ category: 'marketing', at: ms(at) });
  const target = { provider: 'alpha', category: 'marketing' } as const;
  const length = (actions: ReturnType<typeof paused>[], now: Ms = end) =>
    lengthOf(target, { now, actions, config }) / HOUR;

  test('doubles each time the same had to be paused within a day, up to the longest', () => {
    expect(length([])).toBe(4);
    expect(length([paused(start)])).toBe(8);
    expect(length(Array.from({ length: 9 }, (_, n) => paused(start + n)))).toBe(48);
    // Cut short and finished, one is written down twice.
    expect(length([paused(start), paused(start)])).toBe(8);
  });

  test('is not changed by other targets, by people, by refusals, or by what is long ago', () => {
    const others = [
      action({ at: start }),
      { ...paused(start), by: 'ana' },
      refused('protected', { category: 'marketing', at: start }),
      action({ category: 'marketing', at: start, dryRun: true }),
      paused(end - 24 * HOUR),
    ];
    expect(length(others)).toBe(4);
  });
});
