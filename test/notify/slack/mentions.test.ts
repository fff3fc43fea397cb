import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { ms } from '../../../src/events/event.ts';
import { mentionsFor } from '../../../src/notify/slack/mentions.ts';

const rulesOf = (...mentions: object[]) =>
  configSchema.parse({ notify: { slack: { channel: 'C1', mentions } } }).notify.slack?.mentions ?? [];

/** A winter day: Paris is an hour ahead of UTC, New York five behind. */
const at = (time: string) => ms(Date.parse(`2026-11-02T${time}Z`));
const called = (time: string, rule: object, severity: 'warning' | 'critical' = 'critical') =>
  mentionsFor(rulesOf({ severity: 'critical', who: '<@U1>', ...rule }), {
    severity,
    at: at(time),
    zone: 'Europe/Paris',
  }) !== undefined;

describe('who is called', () => {
  it.each([
    ['18:59', false],
    ['19:00', true],
    ['23:30', true],
    ['06:59', true],
    ['07:00', false],
  ])('from 20:00 to 08:00 in Paris at %s UTC: %s', (time, yes) => {
    expect(called(`${time}:00`, { hours: '20:00-08:00' })).toBe(yes);
  });

  it.each([
    ['06:59', false],
    ['07:00', true],
    ['22:59', true],
    ['23:00', false],
  ])('from 08:00 to 24:00 in Paris at %s UTC: %s', (time, yes) => {
    expect(called(`${time}:00`, { hours: '08:00-24:00' })).toBe(yes);
  });

  it('goes by the zone of the rule, by the severity, and by no hour when none is named', () => {
    expect(called('13:00:00', { hours: '08:00-09:00', zone: 'America/New_York' })).toBe(true);
    expect(called('13:00:00', { hours: '08:00-09:00' })).toBe(false);
    expect(called('13:00:00', {})).toBe(true);
    expect(called('13:00:00', {}, 'warning')).toBe(false);
  });

  it('are all rules that hold, each person once', () => {
    const rules = rulesOf(
      { severity: 'critical', who: '<@U1> <!subteam^S1>' },
      { severity: 'critical', who: '<@U1> <!here>' },
    );
    const when = { severity: 'critical', at: at('12:00:00'), zone: 'UTC' } as const;
    expect(mentionsFor(rules, when)).toBe('<@U1> <!subteam^S1> <!here>');
  });

  it.each([
    [{ who: 'ana' }, /mentions as Slack writes them/],
    [{ hours: '8-20' }, /hours such as/],
    [{ hours: '08:00-08:00' }, /must not end where they begin/],
    [{ zone: 'Paris' }, /IANA/],
  ])('is refused when it is written wrong: %j', (wrong, why) => {
    expect(() => rulesOf({ severity: 'critical', who: '<@U1>', ...wrong })).toThrow(why);
  });
});
