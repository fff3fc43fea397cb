/** Simulated traffic through fold, store and watch, at a provider whose messages are known to be ordered. */
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { Finding } from '../../../src/detect/finding.ts';
import { ms, type SmsEvent } from '../../../src/events/event.ts';
import { MINUTE } from '../../../src/events/time.ts';
import { simulate } from '../../../src/simulate/stream.ts';
import { lived } from '../../support/lived.ts';

const config = configSchema.parse({});
const time = (text: string) => ms(Date.parse(text));

/** What is found of messages that nobody asked for, second by second as one lives through it. */
const unorderedIn = async (events: readonly SmsEvent[]): Promise<Finding[]> => {
  const found: Finding[] = [];
  const parts = { config, isQuiet: () => false, recipientKey: () => ({ key: 'k', high: 0, low: 0 }) };
  for await (const { moment } of lived(events, parts))
    found.push(...moment.findings.filter(({ detector }) => detector === 'unordered'));
  return found;
};

const EIGHT = time('2026-10-28T20:00:00+01:00');
const night = (strip: (event: SmsEvent) => SmsEvent = (event) => event) =>
  [
    ...simulate({
      seed: 3,
      scenario: 'salon-night',
      start: time('2026-10-28T19:45:00+01:00'),
      end: ms(EIGHT + 2 * MINUTE),
      runawayAt: EIGHT,
    }),
  ].map(strip);

describe('the night of the salons', () => {
  it('is found by its missing orders alone within ten seconds', async () => {
    const strong = (await unorderedIn(night())).filter(({ strength }) => strength === 'strong');
    expect(strong[0]?.series).toBe('sent{provider=alpha,order=none}');
    expect((strong[0]?.at ?? 0) * 1000).toBeGreaterThanOrEqual(EIGHT);
    expect((strong[0]?.at ?? 0) * 1000).toBeLessThan(EIGHT + 10_000);
    expect(new Set(strong.map(({ provider }) => provider))).toEqual(new Set(['alpha']));
  });

  it('is found by its missing submissions within 75 seconds when it makes up orders', async () => {
    let made = 0;
    const strip = (event: SmsEvent): SmsEvent =>
      event.type === 'sent' ? { ...event, order: event.order ?? `made-${++made}` } : event;
    const found = await unorderedIn(night(strip));
    expect(found[0]?.strength).toBe('warn');
    expect((found[0]?.at ?? 0) * 1000).toBeLessThan(EIGHT + 15_000);
    const strong = found.find(({ strength }) => strength === 'strong');
    expect(strong?.series).toBe('sent{provider=alpha,submission=none}');
    expect((strong?.at ?? 0) * 1000).toBeLessThan(EIGHT + 75_000);
  });
});

describe('an ordinary afternoon', () => {
  const [start, end] = [time('2026-10-27T13:00:00+01:00'), time('2026-10-27T16:30:00+01:00')];
  const afternoon = () => [...simulate({ seed: 5, scenario: 'ordinary-day', start, end })];

  it('has nothing that nobody asked for', async () => {
    expect(await unorderedIn(afternoon())).toEqual([]);
  });

  it('has nothing either when alpha is down for an hour and then sends what it has kept', async () => {
    const [down, up] = [time('2026-10-27T14:10:00+01:00'), time('2026-10-27T15:25:00+01:00')];
    // Faster than it came in: all of it within a quarter of an hour.
    const held = (event: SmsEvent): SmsEvent =>
      event.type !== 'sent' || event.provider !== 'alpha' || event.at < down || event.at >= up
        ? event
        : { ...event, at: ms(Math.floor(up + (event.at - down) / 5)) };
    const events = afternoon().map(held);
    events.sort((a, b) => a.at - b.at);
    expect(await unorderedIn(events)).toEqual([]);
  });
});
