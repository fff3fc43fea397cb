import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/detect/finding.ts';
import { findIgnored, findUnrecorded } from '../../../src/detect/stop/stop.ts';
import { ms, type SmsEvent } from '../../../src/events/event.ts';
import { HOUR_SECONDS } from '../../../src/events/time.ts';
import { simulate } from '../../../src/simulate/stream.ts';
import { optedIn, optedOut, received, sent, to } from '../../support/events.ts';
import { MONDAY } from '../lives.ts';
import { firsts, watched } from '../nights.ts';
import { key, messageView } from '../support.ts';

const counts = (...made: ReadonlyArray<readonly [at: number, count: number]>) => {
  const world = messageView();
  for (const [at, count] of made) world.add(at, count);
  return world.view.of(key()) ?? { count: () => 0, sum: () => 0 };
};

describe('marketing after an opt-out', () => {
  const marketing = counts([MONDAY, 6_000]);

  it('is found beyond what is tolerated, since its first, within an hour', () => {
    const withdrawn = counts([MONDAY, 5], [MONDAY + 10, 1]);
    expect(findIgnored({ withdrawn, marketing }, MONDAY + 9, 5)).toBeUndefined();
    expect(findIgnored({ withdrawn, marketing }, MONDAY + 10, 5)).toMatchObject({
      count: 6,
      of: 6_000,
      since: MONDAY,
    });
    expect(findIgnored({ withdrawn, marketing }, MONDAY + HOUR_SECONDS, 5)).toBeUndefined();
  });

  it('is strong above one in a thousand', () => {
    const strong = (count: number) =>
      findIgnored({ withdrawn: counts([MONDAY, count]), marketing }, MONDAY, 5)?.strong;
    expect([strong(6), strong(7)]).toEqual([false, true]);
  });
});

describe('people nobody took off', () => {
  const seen = (unrecorded: number, recorded: number) =>
    findUnrecorded(
      { unrecorded: counts([MONDAY, unrecorded]), recorded: counts([MONDAY, recorded]) },
      MONDAY + 5,
      5,
    );

  it('are found beyond what is tolerated, with how many were asked for', () => {
    expect(seen(5, 0)).toBeUndefined();
    expect(seen(6, 4)).toEqual({ count: 6, of: 10, since: MONDAY, strong: false });
  });

  it('are strong when they are many, and most', () => {
    expect([seen(19, 0)?.strong, seen(20, 0)?.strong, seen(20, 20)?.strong, seen(21, 20)?.strong]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

const NOON = Date.parse('2026-01-21T12:00:00+01:00');
const names = (found: readonly Finding[]) =>
  [...firsts(found).keys()].filter((name) => name.includes('stop')).sort();

describe('STOP through the engine', () => {
  /** People ask one a minute through alpha; `recorded` tells who is taken off, a minute later. Marketing goes to others. */
  const asking = (minutes: number, recorded: (minute: number) => boolean): SmsEvent[] =>
    Array.from({ length: minutes }, (_, minute) => {
      const at = NOON + minute * 60_000;
      return [
        received({ at, from: to(minute) }),
        sent({ at: at + 1, to: to(100_000 + minute), category: 'marketing' }),
        ...(minute > 0 && recorded(minute - 1) ? [optedOut({ at: at + 2, to: to(minute - 1) })] : []),
      ];
    }).flat();

  it('finds those nobody takes off any more, an hour after they asked', async () => {
    const { found } = await watched(asking(150, (minute) => minute < 30));
    const first = found.find(({ detector }) => detector === 'stop_unrecorded');
    // The thirty-first was the first of them, and the sixth passes what is tolerated.
    expect((first?.at ?? 0) * 1000).toBe(NOON + (30 + 5 + 60) * 60_000);
    expect(first).toMatchObject({ provider: 'alpha', strength: 'warn', evidence: { people: 6 } });
    expect(names(found)).toContain('stop_unrecorded alpha strong');
  });

  it('says nothing of it where all are taken off, or where nobody ever was', async () => {
    expect(names((await watched(asking(150, () => true))).found)).toEqual([]);
    expect(names((await watched(asking(150, () => false))).found)).toEqual([]);
  });

  it('finds marketing to people who had opted out, but not what was on its way nor one-time codes', async () => {
    const people = Array.from({ length: 10 }, (_, n) => n);
    const opted = people.map((n) => optedOut({ at: NOON + n, to: to(n) }));
    const send = (after: number, category: 'marketing' | 'otp') =>
      people.map((n) => sent({ at: NOON + after + n, to: to(n), category }));
    const early = await watched([...opted, ...send(299_000, 'marketing'), ...send(400_000, 'otp')]);
    expect(names(early.found)).toEqual([]);
    const late = await watched([...opted, ...send(301_000, 'marketing')]);
    expect(names(late.found)).toEqual(['stop_ignored alpha strong']);
    expect(late.found[0]?.says).not.toMatch(/\d{9}/);
    const patient = await watched([...opted, ...send(301_000, 'marketing')], { stop: { grace: '10m' } });
    expect(names(patient.found)).toEqual([]);
  });

  it('takes who opted in again for a customer like any other', async () => {
    const people = Array.from({ length: 10 }, (_, n) => n);
    const answer = (after: number, text: string) =>
      people.map((n) => received({ at: NOON + after + n, from: to(n), text }));
    const back = people.map((n) => optedIn({ at: NOON + 60_000 + n, to: to(n) }));
    const late = people.map((n) => optedOut({ at: NOON + 50_000 + n, to: to(n) }));
    const send = people.map((n) => sent({ at: NOON + 900_000 + n, to: to(n), category: 'marketing' }));
    const stopped = answer(0, 'STOP');
    expect(names((await watched([...stopped, ...answer(60_000, 'START'), ...send])).found)).toEqual([]);
    expect(names((await watched([...stopped, ...back, ...late, ...send])).found)).toEqual([]);
    const again = await watched([...stopped, ...back, ...answer(70_000, 'STOP'), ...send]);
    expect(names(again.found)).toEqual(['stop_ignored alpha strong']);
    const confirmed = await watched([...stopped, ...answer(60_000, 'Oui'), ...send]);
    expect(names(confirmed.found)).toEqual(['stop_ignored alpha strong']);
  });

  it('does not take an order update to somebody who opted out for marketing', async () => {
    const out = Array.from({ length: 10 }, (_, n) => optedOut({ at: NOON + n, to: to(n) }));
    const updates = out.map((_, n) => sent({ at: NOON + 900_000 + n, to: to(n), category: 'transactional' }));
    expect(names((await watched([...out, ...updates])).found)).toEqual([]);
  });
});

describe('the night of the salons', () => {
  const START = Date.parse('2026-10-28T19:45:00+01:00');
  const FAULT = Date.parse('2026-10-28T20:00:00+01:00');
  let found: Finding[] = [];
  beforeAll(async () => {
    const seen = new Map<string, Finding>();
    const events = simulate({
      seed: 'stop',
      scenario: 'salon-night',
      start: ms(START),
      end: ms(START + 1.9 * HOUR_SECONDS * 1000),
    });
    await watched(events, {
      every: 10,
      onFinding: (one) => {
        const name = `${one.detector} ${one.provider} ${one.strength}`;
        if (!seen.has(name)) seen.set(name, one);
      },
    });
    found = [...seen.values()];
  }, 120_000);

  it('shows that the code receives nothing, though it should: an hour after it began at the earliest', () => {
    const dead = found.filter(({ detector }) => detector === 'stop_dead');
    expect(dead).toHaveLength(1);
    expect(dead[0]).toMatchObject({ provider: 'alpha', strength: 'warn' });
    expect((dead[0]?.at ?? 0) * 1000).toBeGreaterThanOrEqual(FAULT + HOUR_SECONDS * 1000);
    expect(dead[0]?.says).toContain('36200');
  });

  it('shows that people who had their salon take them off are sent more', () => {
    expect(found.some(({ detector }) => detector === 'stop_ignored')).toBe(true);
  });
});

describe('an ordinary day', () => {
  it('with a STOP that works shows nothing', async () => {
    const start = Date.parse('2026-10-27T09:00:00+01:00');
    const end = ms(start + 5 * HOUR_SECONDS * 1000);
    const found: Finding[] = [];
    await watched(simulate({ seed: 'stop', scenario: 'ordinary-day', start: ms(start), end }), {
      every: 10,
      onFinding: (one) => void (one.detector.startsWith('stop') && found.push(one)),
    });
    expect(found).toEqual([]);
  }, 120_000);
});
