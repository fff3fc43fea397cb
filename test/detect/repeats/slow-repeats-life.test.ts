/** Days of marketing through fold, store and watch: what hours show that minutes do not. */

import { beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { Finding } from '../../../src/detect/finding.ts';
import type { Reach } from '../../../src/detect/repeats/reach.ts';
import type { Watch } from '../../../src/evaluate/watch.ts';
import { ms, type SmsEvent } from '../../../src/events/event.ts';
import { HOUR, MINUTE } from '../../../src/events/time.ts';
import { createRecipientKey } from '../../../src/fold/recipient-key.ts';
import { action } from '../../incidents/build.ts';
import { sent, to } from '../../support/events.ts';
import { lived } from '../../support/lived.ts';

const config = configSchema.parse({});
const recipientKey = createRecipientKey('a key for the tests');
const NOON = Date.parse('2026-10-28T12:00:00+01:00');
const PEOPLE = 150;

/** One message to each of so many people, evenly over the time. */
const round = (from: number, parts: { during: number; people?: number; campaign: string }): SmsEvent[] =>
  Array.from({ length: parts.people ?? PEOPLE }, (_, index) =>
    sent({
      at: Math.floor(from + (index * parts.during) / (parts.people ?? PEOPLE)),
      to: to(index),
      category: 'marketing',
      campaign: parts.campaign,
    }),
  );
/** One message a person every fifty minutes, one every twenty seconds in all, for so many hours. */
const slowNight = (from: number, hours: number): SmsEvent[] =>
  Array.from({ length: Math.floor((hours * 60) / 50) }, (_, index) =>
    round(from + index * 50 * MINUTE, { during: 50 * MINUTE, campaign: 'spring' }),
  ).flat();

const LEARNED = 'reach sent{provider=alpha,category=marketing}';

type Options = Pick<Parameters<typeof lived>[1], 'step' | 'restartAt'> & {
  act?: (watch: Watch, at: number) => void;
};
/** Repeats by the second they were found in, and what was learned of whom alpha reached. */
const repeatsIn = async (events: readonly SmsEvent[], { act, ...options }: Options = {}) => {
  const found = new Map<number, Finding>();
  let last: Watch | undefined;
  for await (const { moment, watch } of lived(events, {
    config,
    isQuiet: () => false,
    recipientKey,
    ...options,
  })) {
    for (const one of moment.findings) if (one.detector === 'repeats') found.set(one.at * 1_000, one);
    act?.(watch, moment.at * 1_000);
    last = watch;
  }
  return { found: [...found.values()], learned: last?.save(true).learned[LEARNED] };
};

describe('one message a person every fifty minutes', () => {
  const night = slowNight(NOON, 5);
  let once: Awaited<ReturnType<typeof repeatsIn>>;
  beforeAll(async () => {
    once = await repeatsIn(night);
  });

  it('is found as strong repeats within three hours, and for as long as it goes on', () => {
    const { found } = once;
    const [first] = found;
    expect(new Set(found.map(({ strength }) => strength))).toEqual(new Set(['strong']));
    expect((first?.at ?? 0) * 1_000).toBeGreaterThan(NOON + 100 * MINUTE);
    expect((first?.at ?? 0) * 1_000).toBeLessThan(NOON + 3 * HOUR);
    expect(first?.since).toBe(NOON);
    expect(first?.says).toMatch(
      /^alpha sent \d+ marketing messages for about \d+ persons in 3 hours, [\d.]+ for each$/,
    );
    expect((found.at(-1)?.at ?? 0) * 1_000).toBeGreaterThan(NOON + 5 * HOUR - MINUTE);
    expect(found.at(-1)?.evidence.minutes).toBe(300);
  });

  it('is found just so when looks are ninety seconds apart', async () => {
    expect(once.found.length).toBeGreaterThan(100);
    expect(await repeatsIn(night, { step: 90_000 })).toEqual(once);
  });

  it('is found just so after a restart in the middle', async () => {
    expect(await repeatsIn(night, { restartAt: ms(NOON + 100 * MINUTE) })).toEqual(once);
  });

  it('is not held against the campaign that follows the pause', async () => {
    const paused = 1_000 * (once.found[0]?.at ?? 0);
    const resumed = paused + 40 * MINUTE;
    const others = Array.from({ length: 360 }, (_, n) =>
      sent({ at: NOON + n * MINUTE, provider: 'beta', category: 'transactional', to: to(5_000 + n) }),
    );
    const events = [
      ...others,
      ...night.filter(({ at }) => at < paused + 3_000),
      ...round(resumed + MINUTE, { during: 2 * HOUR, campaign: 'summer' }),
    ].sort((a, b) => a.at - b.at);
    let done: 'pause' | 'resume' | undefined;
    const act = (watch: Watch, at: number): void => {
      const next =
        done === undefined && at >= paused ? 'pause' : done === 'pause' && at >= resumed ? 'resume' : done;
      if (next === done || next === undefined) return;
      done = next;
      const incident = watch.incidents().find(({ provider }) => provider === 'alpha')?.id ?? null;
      watch.act(action({ at: ms(at), action: next, incident, reason: 'test', by: 'ops' }));
    };
    const again = await repeatsIn(events, { act });
    expect(done).toBe('resume');
    expect(again.found.length).toBeGreaterThan(0);
    expect(again.found.filter(({ at }) => at * 1_000 >= resumed)).toEqual([]);
  });
});

describe('an ordinary day', () => {
  const day = [
    ...round(NOON - 3 * HOUR, { during: HOUR, campaign: 'spring' }),
    ...round(NOON + HOUR, { during: HOUR, campaign: 'loyalty' }),
    ...round(NOON + 6 * HOUR, { during: 2 * HOUR, campaign: 'reminder' }),
  ];

  it('with two campaigns to everybody, and a reminder, is no repeats', async () => {
    expect((await repeatsIn(day)).found).toEqual([]);
  });

  it('is repeats with a second reminder', async () => {
    const reminder = round(NOON + 8 * HOUR, { during: HOUR, campaign: 'last call' });
    const { found } = await repeatsIn([...day, ...reminder]);
    expect(found[0]).toMatchObject({
      strength: 'strong',
      since: NOON - 3 * HOUR,
      evidence: { minutes: 12 * 60 },
    });
  });
});

describe('the hours kept', () => {
  it('have what was sent before a gap of the whole stream, and nothing of hours without messages', async () => {
    const events = [
      ...round(NOON, { during: HOUR, campaign: 'spring' }),
      ...round(NOON + 10.5 * HOUR, { during: HOUR, campaign: 'loyalty' }),
    ];
    const { learned = '' } = await repeatsIn(events);
    const { hours } = JSON.parse(learned) as Reach;
    const noon = NOON / HOUR;
    expect(hours.map(([hour, messages]) => [hour - noon, messages])).toEqual([
      [0, PEOPLE],
      [10, PEOPLE / 2],
    ]);
  });
});
