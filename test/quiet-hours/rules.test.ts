import { describe, expect, it, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { QUIET_PRESETS } from '../../src/quiet-hours/presets.ts';
import { ruleOf, rulesSchema } from '../../src/quiet-hours/rules.ts';

const mistakes = (line: string): string[] => {
  try {
    parseConfig(`detect:\n  quietHours:\n    ${line}\n`, 'tocsin.yaml');
    return [];
  } catch (error) {
    const told = error instanceof Error ? error.message.split('\n') : [String(error)];
    return told.map((one) => one.replace('tocsin.yaml:3: detect.quietHours.', ''));
  }
};
const ofRule = (rule: string) => mistakes(`rules: { FR: { marketing: { ${rule} } } }`);

describe('a rule', () => {
  it('has the windows of each day it names, and none on the others', () => {
    const { week, holidays } = ruleOf({ 'mon-wed': '09:00-12:00 14:00-24:00', sun: '00:15-00:30' });
    const long = [
      [540, 720],
      [840, 1_440],
    ];
    expect(week).toEqual([long, long, long, [], [], [], [[15, 30]]]);
    expect(holidays).toBe(true);
    expect(ruleOf({ mon: '09:00-12:00', holidays: false }).holidays).toBe(false);
  });

  it.each([
    ['sat: 20:00-08:00', 'rules.FR.marketing.sat: must begin before it ends'],
    ['sat: 08:00-08:00', 'rules.FR.marketing.sat: must begin before it ends'],
    ['sat: 08:00-20:00 22:00-21:00', 'rules.FR.marketing.sat: must begin before it ends'],
    ['sat: "8-20"', 'rules.FR.marketing.sat: must be hours such as 08:00-20:00'],
    ['sat: "08:00-24:30"', 'rules.FR.marketing.sat: must end by 24:00'],
    ['sat: false', 'rules.FR.marketing.sat: must be hours such as 08:00-20:00'],
    ['samedi: 08:00-20:00', 'rules.FR.marketing.samedi: must be a day (sun), days (mon-sat) or holidays'],
    ['sat-mon: 08:00-20:00', 'rules.FR.marketing.sat-mon: must be days of one week in their order'],
    ['mon: 08:00-20:00, holidays: no', 'rules.FR.marketing.holidays: must be true or false'],
  ])('{ %s } is wrong: %s', (rule, message) => {
    expect(ofRule(rule)).toEqual([expect.stringContaining(message)]);
  });

  it('names no day twice', () => {
    expect(ofRule('mon-sat: 08:00-20:00, wed: 09:00-10:00')).toEqual([
      'rules.FR.marketing.wed: names a day again that is in mon-sat',
    ]);
  });

  it('names at least a day', () => {
    expect(ofRule('holidays: false')).toHaveLength(1);
    expect(mistakes('rules: { FR: { marketing: never } }')).toEqual([
      'rules.FR.marketing: must be days with their hours, such as mon-sat: 08:00-20:00, or anytime',
    ]);
  });

  it('is that of a country that exists, or of a part of one, and of a category', () => {
    for (const name of ['UK', 'fr', 'France', 'US-texas']) {
      expect(mistakes(`rules: { ${name}: { marketing: anytime } }`)).toEqual([
        expect.stringContaining(`rules.${name}: must be a country as ISO 3166 has it`),
      ]);
    }
    expect(mistakes('rules: { FR: { commercial: anytime } }')).toEqual(['rules.FR.commercial: no such key']);
    expect(mistakes('rules: { US-TX: { marketing: anytime }, GB: { otp: { mon: 08:00-09:00 } } }')).toEqual(
      [],
    );
  });
});

test('places are told apart by how numbers begin, and the fallback is one that exists', () => {
  // Without quotes YAML reads a number, and drops the plus sign.
  expect(mistakes('places: { +33388: { country: FR, zone: Europe/Paris } }')).toEqual([
    'places.33388: must be by the beginnings of numbers, in quotes: "+33388"',
  ]);
  expect(mistakes('places: { "+33388": { country: FR, zone: Europe/Paris, region: "67" } }')).toEqual([]);
  expect(mistakes('fallback: { country: UK, zone: Paris }')).toEqual([
    'fallback.country: must be a country as ISO 3166 has it, such as FR',
    'fallback.zone: must be an IANA time zone such as Europe/Paris',
  ]);
});

test('every preset is a rule that could be configured, and says what it rests on', () => {
  const rules = Object.fromEntries(
    Object.entries(QUIET_PRESETS).map(([name, { marketing }]) => [name, { marketing }]),
  );
  expect(rulesSchema.parse(rules)).toEqual(rules);
  for (const { source } of Object.values(QUIET_PRESETS)) expect(source.length).toBeGreaterThan(10);
});
