/**
 * The night without any rise in volume: alpha sends its own messages instead of ours, no more than usual. Three signs
 * are left (the same people, the hour, no order); each can be taken away.
 */
import { describe, expect, test } from 'vitest';
import { configSchema, defaultProvider } from '../../src/config/schema.ts';
import { type Ms, ms, type SmsEvent, startOf } from '../../src/events/event.ts';
import { MINUTE } from '../../src/events/time.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { createIsQuiet } from '../../src/quiet-hours/quiet-hours.ts';
import { decide } from '../../src/respond/policy.ts';
import { salonNight } from '../../src/simulate/salon-night.ts';
import { calm } from '../incidents/build.ts';
import { lived } from '../support/lived.ts';

const config = configSchema.parse({ mode: 'armed' });
const SECOND = 1_000;
const NIGHT = Date.parse('2026-10-28T20:00:00+01:00');
const AFTERNOON = Date.parse('2026-10-28T15:00:00+01:00');
/** A chain fifty times as large: alpha sends 4.5 messages a second at eight in the evening, and more at three. */
const SCALE = 50;
const RATE = 0.09;

interface Signs {
  readonly repeats: boolean;
  readonly hours: boolean;
  readonly orders: boolean;
}

const trafficWith = ({ repeats, hours, orders }: Signs): { fault: number; events: readonly SmsEvent[] } => {
  const fault = hours ? NIGHT : AFTERNOON;
  const events = salonNight({
    seed: 'signs',
    start: ms(fault - 5 * MINUTE),
    end: ms(fault + 75 * SECOND),
    scale: SCALE,
    runawayAt: ms(fault),
    runawayRate: RATE,
    runawayInstead: true,
    runawayOrdered: !orders,
    ...(repeats ? {} : { runawayCopies: { fewest: 1, most: 1 } }),
  });
  return { fault, events: [...events] };
};

interface Outcome {
  /** Seconds of event time from the first message of the fault; undefined: no pause. */
  readonly pausedAfter: number | undefined;
  readonly rule: readonly string[] | undefined;
  /** Detectors that found something on alpha, by strength. */
  readonly strong: ReadonlySet<string>;
  readonly found: ReadonlySet<string>;
  /** What is strong on another provider. */
  readonly others: readonly string[];
  /** What points where, as it was told last. */
  readonly points: Readonly<Record<string, string>>;
}

/** Through fold, store, watch and policy. */
const live = async (events: readonly SmsEvent[], fault: number): Promise<Outcome> => {
  let paused: { readonly at: Ms; readonly rule: readonly string[] } | undefined;
  const strong = new Set<string>();
  const found = new Set<string>();
  const others = new Set<string>();

  const judge = (incident: Incident, now: Ms): void => {
    const { respond } = config;
    const decision = decide(incident, {
      now,
      config: respond,
      mode: 'armed',
      provider: defaultProvider,
      campaigns: {},
      recentPauses: [],
      ...calm,
    });
    if (decision.kind === 'pause') paused ??= { at: now, rule: decision.rule };
  };

  let incidents: readonly Incident[] = [];
  const isQuiet = createIsQuiet(config.detect.quietHours);
  const recipientKey = createRecipientKey('a key for the test');
  for await (const { moment, watch } of lived(events, { config, isQuiet, recipientKey })) {
    const { at, findings } = moment;
    for (const { provider, detector, strength } of findings) {
      if (provider !== 'alpha') {
        if (strength === 'strong') others.add(`${provider} ${detector}`);
      } else if (startOf(at) >= fault) (strength === 'strong' ? strong : found).add(detector);
    }
    incidents = watch.incidents();
    for (const incident of incidents) if (incident.provider === 'alpha') judge(incident, startOf(at));
  }
  const pausedAfter = paused && (paused.at - fault) / SECOND;
  return {
    pausedAfter,
    rule: paused?.rule,
    strong,
    found,
    others: [...others],
    points: pointsOf(incidents),
  };
};

const pointsOf = (incidents: readonly Incident[]) =>
  Object.fromEntries(
    incidents
      .filter(({ provider }) => provider === 'alpha')
      .flatMap(({ signs = [] }) => signs.map(({ sign, points }) => [sign, points])),
  );

describe('the night without any rise in volume', () => {
  test('is paused within ten seconds, on all three grounds', { timeout: 400_000 }, async () => {
    const { fault, events } = trafficWith({ repeats: true, hours: true, orders: true });
    const sentBy = (from: number, to: number) =>
      events.filter(
        (one) => one.type === 'sent' && one.provider === 'alpha' && one.at >= from && one.at < to,
      );
    expect(sentBy(fault, fault + MINUTE).length).toBeLessThan(
      1.2 * sentBy(fault - MINUTE - 3 * SECOND, fault - 3 * SECOND).length,
    );

    const seen = await live(events, fault);

    expect(seen.pausedAfter).toBeGreaterThanOrEqual(0);
    expect(seen.pausedAfter).toBeLessThanOrEqual(10);
    console.log(`all three: paused after ${seen.pausedAfter} s, by ${seen.rule?.join(' and ')}`);
    expect([...seen.strong]).toEqual(expect.arrayContaining(['repeats', 'quiet_hours', 'unordered']));
    expect(seen.others).toEqual([]);
    expect(seen.points).toMatchObject({ orders: 'unknown', providers: 'bug' });
  });

  test.each<[string, Signs, readonly string[]]>([
    ['no repeats', { repeats: false, hours: true, orders: true }, ['unordered', 'quiet_hours']],
    ['allowed hours', { repeats: true, hours: false, orders: true }, ['unordered', 'repeats']],
    ['an order for each', { repeats: true, hours: true, orders: false }, ['repeats', 'quiet_hours']],
  ])('with %s is paused within a minute all the same', { timeout: 400_000 }, async (name, signs, rule) => {
    const { fault, events } = trafficWith(signs);
    const seen = await live(events, fault);

    expect(seen.pausedAfter).toBeGreaterThanOrEqual(0);
    expect(seen.pausedAfter).toBeLessThanOrEqual(60);
    expect(seen.rule).toEqual(rule);
    console.log(`with ${name}: paused after ${seen.pausedAfter} s`);
    expect(seen.points.orders).toBe(signs.orders ? 'unknown' : 'bug');
  });

  test.each<[string, Signs]>([
    ['repeats', { repeats: true, hours: false, orders: false }],
    ['quiet_hours', { repeats: false, hours: true, orders: false }],
    ['unordered', { repeats: false, hours: false, orders: true }],
  ])('with %s alone alerts, and pauses nobody', { timeout: 400_000 }, async (sign, signs) => {
    const { fault, events } = trafficWith(signs);
    const seen = await live(events, fault);

    expect([...seen.strong]).toContain(sign);
    expect(seen.pausedAfter).toBeUndefined();
  });
});
