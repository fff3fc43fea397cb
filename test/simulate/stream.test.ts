import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { type MessageEvent, ms, type SmsEvent } from '../../src/events/event.ts';
import { HOUR } from '../../src/events/time.ts';
import { createIsQuiet } from '../../src/quiet-hours/quiet-hours.ts';
import { defaultSpan, type SimulateOptions, simulate } from '../../src/simulate/stream.ts';
import { toJson } from '../../src/simulate/write.ts';

const paris = (time: string) => ms(Date.parse(`2026-10-${time}+01:00`));
const day = (over: Partial<SimulateOptions> = {}) =>
  simulate({ seed: 1, scenario: 'ordinary-day', ...defaultSpan('ordinary-day'), ...over });

const isSent = (event: SmsEvent): event is MessageEvent => event.type === 'sent';
const isMarketing = (event: SmsEvent) => isSent(event) && event.category === 'marketing';
const groupBy = <T>(events: readonly T[], key: (event: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const event of events) {
    const group = groups.get(key(event));
    if (group) group.push(event);
    else groups.set(key(event), [event]);
  }
  return groups;
};
const bytes = (over: Partial<SimulateOptions>) => [...day(over)].map(toJson).join('\n');

describe('the stream of a simulation', () => {
  const morning = { end: paris('27T11:00:00') };

  it('is the same to the byte for the same seed, and another for another', () => {
    const once = bytes(morning);

    expect(bytes(morning)).toBe(once);
    expect(bytes({ ...morning, seed: 2 })).not.toBe(once);
  });

  it.each([
    'salon-night',
    'ordinary-day',
    'steady',
  ] as const)('of %s comes in the order it happens, no id twice', (scenario) => {
    const start = paris('28T19:50:00');
    const end = ms(start + 20 * 60_000);
    const ids = new Set<string>();
    let last = 0;
    let events = 0;

    for (const event of simulate({ seed: 3, scenario, start, end, rate: 100 })) {
      if (event.at < last) expect.fail(`${event.at} after ${last}`);
      last = event.at;
      events++;
      ids.add(`${event.provider}/${event.type}/${event.id}`);
    }

    expect(events).toBeGreaterThan(1_000);
    expect(ids.size).toBe(events);
    expect(last).toBeLessThan(end);
  });

  it('makes nothing before it is asked', () => {
    const endless = day({ end: ms(Number.MAX_SAFE_INTEGER) });

    const first = endless.next();

    expect(first.done).toBe(false);
    expect(endless.tally.events).toBe(1);
  });

  it('grows with the scale', () => {
    const usual = [...day(morning)].length;
    const tripled = [...day({ ...morning, scale: 3 })].length;

    expect(tripled / usual).toBeGreaterThan(2.7);
    expect(tripled / usual).toBeLessThan(3.3);
  });

  it('can be steady: an even rate over the providers', () => {
    const start = paris('27T12:00:00');
    const end = ms(start + 10_000);
    const load = simulate({
      seed: 1,
      scenario: 'steady',
      start,
      end,
      rate: 5_000,
      providers: 4,
      recipients: 1_000,
    });

    const events = [...load];

    expect(events.length).toBe(50_000);
    expect(load.tally.sentBy).toEqual({ alpha: 12_500, beta: 12_500, gamma: 12_500, delta: 12_500 });
    expect(new Set(events.filter(isSent).map((event) => event.to)).size).toBe(1_000);
  });
});

describe('an ordinary day', () => {
  const events = [...day()];
  const marketing = events.filter(isSent).filter(isMarketing);
  const campaigns = groupBy(marketing, (event) => event.campaign ?? '');

  it('is busy at noon and nearly silent at night', () => {
    const sentBetween = (from: string, to: string) =>
      events.filter((event) => isSent(event) && event.at >= paris(from) && event.at < paris(to)).length;

    const noon = sentBetween('27T11:30:00', '27T12:30:00');
    const night = sentBetween('27T03:00:00', '27T04:00:00');

    expect(noon).toBeGreaterThan(HOUR / 1000);
    expect(noon).toBeLessThan((3 * HOUR) / 1000);
    expect(night).toBeLessThan(noon / 20);
  });

  it('has two campaigns of thousands, nobody twice in either, one of them announced', () => {
    const large = [...campaigns].filter(([, sent]) => sent.length > 2_000);

    expect(large.map(([name]) => name)).toEqual(['automne-2026-10-27', 'relance-2026-10-27']);
    for (const [, sent] of large) expect(new Set(sent.map((event) => event.to)).size).toBe(sent.length);
    const announced = events.filter((event) => event.type === 'announced');
    expect(announced).toMatchObject([{ campaign: 'automne-2026-10-27', start: paris('27T10:30:00') }]);
  });

  it('sends nobody more than two marketing messages', () => {
    const each = groupBy(marketing, (event) => event.to);

    expect(Math.max(...[...each.values()].map((sent) => sent.length))).toBeLessThanOrEqual(2);
  });

  it('sends no marketing where and when it is forbidden, overseas too', () => {
    const isQuiet = createIsQuiet(configSchema.parse({}).detect.quietHours);

    const forbidden = marketing.filter((event) => isQuiet(event.to, event.at, 'marketing'));

    expect(forbidden).toEqual([]);
    expect(marketing.filter((event) => /^\+(262|590)/.test(event.to)).length).toBeGreaterThan(0);
    expect(marketing.at(-1)?.at).toBeLessThan(paris('27T19:30:00'));
  });

  it('has an order of ours behind every message', () => {
    const submitted = new Set(events.flatMap((event) => (event.type === 'submitted' ? [event.order] : [])));

    const unasked = events.filter((event) => isSent(event) && !submitted.has(event.order));

    expect(unasked).toEqual([]);
  });

  it('takes off the base those who answer STOP, and sends them no more marketing', () => {
    const stops = events.flatMap((event) =>
      event.type === 'received' && event.to === '36200' ? [event.from] : [],
    );
    const optedOut = new Map(
      events.flatMap((event) => (event.type === 'opted_out' ? [[event.to, event.at]] : [])),
    );

    expect(stops.length).toBeGreaterThan(10);
    expect(stops.every((phone) => phone !== undefined && optedOut.has(phone))).toBe(true);
    expect(
      marketing.filter((event) => event.at > (optedOut.get(event.to) ?? Number.POSITIVE_INFINITY)),
    ).toEqual([]);
  });

  it('has no marketing on Sundays and public holidays', () => {
    const sunday = [...day({ start: paris('25T08:00:00'), end: paris('25T20:00:00') })];
    const armistice = ms(Date.parse('2026-11-11T08:00:00+01:00'));
    const holiday = [...day({ start: armistice, end: ms(armistice + 12 * HOUR) })];

    expect([...sunday, ...holiday].filter(isMarketing)).toEqual([]);
  });
});
