import { describe, expect, it } from 'vitest';
import { type Address, type MessageEvent, ms, type SmsEvent } from '../../src/events/event.ts';
import { MINUTE } from '../../src/events/time.ts';
import { defaultSpan, type SimulateOptions, simulate } from '../../src/simulate/stream.ts';

const EIGHT = ms(Date.parse('2026-10-28T20:00:00+01:00'));
const TWO = ms(Date.parse('2026-10-29T02:00:00+01:00'));
const night = (over: Partial<SimulateOptions> = {}) =>
  simulate({ seed: 1, scenario: 'salon-night', ...defaultSpan('salon-night'), ...over });
const isUnasked = (event: SmsEvent): event is MessageEvent =>
  event.type === 'sent' && event.order === undefined;

describe('the night of the salons', () => {
  const simulation = night();
  const events = [...simulation];
  const unasked = events.filter(isUnasked);

  it('begins at 20:00, ends at 02:00 and concerns alpha only', () => {
    expect(unasked[0]?.at).toBeGreaterThanOrEqual(EIGHT);
    expect(unasked[0]?.at).toBeLessThan(EIGHT + 2_000);
    expect(unasked.at(-1)?.at).toBeGreaterThan(TWO - 2_000);
    expect(unasked.at(-1)?.at).toBeLessThan(TWO);
    expect(new Set(unasked.map((event) => event.provider))).toEqual(new Set(['alpha']));
  });

  it('is of the size of the real one, and its tally is what went out', () => {
    const people = new Set(unasked.map((event) => event.to));

    expect(unasked.length).toBeGreaterThan(150_000);
    expect(unasked.length).toBeLessThan(250_000);
    expect(people.size).toBe(4_200);
    expect(simulation.tally.runaway).toEqual({ messages: unasked.length, people: people.size });
    expect(simulation.tally.sent).toBe(events.filter((event) => event.type === 'sent').length);
    expect(simulation.tally.spared).toEqual({ messages: 0, people: 0 });
  });

  it('consists of messages that nobody asked for, all of one marketing text', () => {
    const submitted = new Set(events.flatMap((event) => (event.type === 'submitted' ? [event.id] : [])));

    expect(unasked.some((event) => submitted.has(event.id) || event.campaign !== undefined)).toBe(false);
    expect(new Set(unasked.map((event) => `${event.category} ${event.text}`))).toEqual(
      new Set([
        "marketing Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200",
      ]),
    );
  });

  it('hits people in series of three to six within seconds, and comes back to them', () => {
    const first = unasked[0]?.to;
    const times = unasked.filter((event) => event.to === first).map((event) => event.at);
    const series = times.filter((at) => at - (times[0] ?? 0) < 30_000);

    expect(series.length).toBeGreaterThanOrEqual(3);
    expect(series.length).toBeLessThanOrEqual(6);
    expect(times.length).toBeGreaterThan(20);
  });

  it('has delivery reports for them, and no STOP reaches us', () => {
    const reported = events.filter((event) => event.type === 'delivered' || event.type === 'failed').length;
    const stops = events.filter((event) => event.type === 'received' && event.to === '36200');

    expect(reported).toBeGreaterThan(0.95 * simulation.tally.sent);
    expect(stops).toEqual([]);
    expect(events.filter((event) => event.type === 'opted_out').length).toBeGreaterThan(0);
  });

  it('begins when it is told to', () => {
    const start = ms(Date.parse('2026-11-24T09:00:00Z'));
    const shifted = night({ start, end: ms(start + 5 * MINUTE), runawayAt: ms(start + MINUTE) });

    const first = [...shifted].find(isUnasked);

    expect(first?.at).toBeGreaterThanOrEqual(start + MINUTE);
    expect(first?.at).toBeLessThan(start + MINUTE + 2_000);
  });
});

describe('the brake', () => {
  const pausedFrom = EIGHT + 30_000;
  const end = ms(EIGHT + 10 * MINUTE);
  const brake = (provider: string, at: number) => provider === 'alpha' && at >= pausedFrom;

  it('stops what runs away within two seconds, and counts what was spared', () => {
    const free = [...night({ end })].filter(isUnasked);
    const held = night({ end, brake });
    const sent = [...held].filter(isUnasked);

    expect(sent.at(-1)?.at).toBeLessThan(pausedFrom + 2_000);
    expect(sent.filter((event) => event.at >= pausedFrom).length).toBeGreaterThan(0);
    expect(held.tally.runaway.messages).toBe(sent.length);
    expect(held.tally.sparedBy.alpha).toEqual(held.tally.spared);
    expect(held.tally.spared.people).toBeGreaterThan(100);
    const meant = sent.length + held.tally.spared.messages;
    expect(Math.abs(meant / free.length - 1)).toBeLessThan(0.15);
  });

  it('leaves the other provider alone', () => {
    const sentBy = (over: Partial<SimulateOptions>) => {
      const simulation = night({ end, ...over });
      for (const _ of simulation);
      return simulation.tally.sentBy;
    };

    expect(sentBy({ brake }).beta).toBe(sentBy({}).beta);
  });

  it('is asked when a message’s time has come, so that a pause may follow from what was seen', () => {
    const seen = new Map<Address, number>();
    let paused = false;
    const simulation = night({ brake: (provider) => paused && provider === 'alpha' });

    for (const event of simulation) {
      if (!isUnasked(event)) continue;
      const times = (seen.get(event.to) ?? 0) + 1;
      seen.set(event.to, times);
      if (times === 4) paused = true;
    }

    expect(simulation.tally.runaway.messages).toBeLessThan(100);
    expect(simulation.tally.spared.messages).toBeGreaterThan(100_000);
  });

  it('holds ordinary marketing of the paused provider too', () => {
    const start = ms(Date.parse('2026-10-28T10:30:00+01:00'));
    const campaign = night({
      start,
      end: ms(start + 10 * MINUTE),
      brake: (provider) => provider === 'alpha',
    });

    const events = [...campaign];

    expect(events.filter((event) => 'category' in event && event.category === 'marketing')).toEqual([]);
    expect(campaign.tally.spared.messages).toBeGreaterThan(500);
    expect(campaign.tally.sentBy.alpha).toBeGreaterThan(0);
  });
});
