/**
 * When a category may be sent, as a person writes it: days with their hours, in the recipient's local time.
 * In: `mon-sat: 08:00-20:00` and the like. Out: a week of windows in minutes, or what is wrong with it, in words.
 */
import { isSupportedCountry } from 'libphonenumber-js/min';
import { z } from 'zod';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAYS = /^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/;
const HOURS =
  /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d( ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d)*$/;
const DAY = 1_440;

/** A window in minutes of the local day, in which sending is allowed: `from` belongs to it, `to` does not. */
export type OpenWindow = readonly [from: number, to: number];

/**
 * A rule as it is written: `{ 'mon-fri': '09:00-12:00 14:00-20:00', sat: '10:00-18:00', holidays: false }`. What is not
 * named is forbidden. `holidays: false` forbids public holidays too; else they are days like others.
 */
export type WrittenRule = Readonly<Record<string, string | boolean>>;

/** The open windows of each weekday, Monday first, and whether public holidays are days like others. */
export interface QuietRule {
  readonly week: ReadonlyArray<readonly OpenWindow[]>;
  readonly holidays: boolean;
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

const windowsOf = (hours: string): OpenWindow[] =>
  hours.split(' ').map((window): OpenWindow => [minutesOf(window), minutesOf(window.slice(6))]);

/** Indices of the days in `mon-sat` or `sun`; none when they run backwards. */
const daysOf = (days: string): number[] => {
  const [first = '', last = first] = days.split('-');
  const from = WEEK.indexOf(first);
  return WEEK.flatMap((_, day) => (day >= from && day <= WEEK.indexOf(last) ? [day] : []));
};

/** Translates a rule that `rulesSchema` has checked into minutes. */
export const ruleOf = (written: WrittenRule): QuietRule => {
  const week: OpenWindow[][] = WEEK.map(() => []);
  for (const [days, hours] of Object.entries(written)) {
    if (typeof hours === 'string') for (const day of daysOf(days)) week[day]?.push(...windowsOf(hours));
  }
  return { week, holidays: written.holidays !== false };
};

const wrongHours = (hours: string | boolean): string | undefined => {
  if (typeof hours !== 'string' || !HOURS.test(hours))
    return 'must be hours such as 08:00-20:00, several with a space between them';
  for (const [from, to] of windowsOf(hours)) {
    if (to > DAY) return 'must end by 24:00';
    if (from >= to) return `must begin before it ends; a night is written as two: "00:00-06:00 20:00-24:00"`;
  }
  return undefined;
};

const wrongDays = (days: string, earlier: readonly string[]): string | undefined => {
  if (!DAYS.test(days)) return 'must be a day (sun), days (mon-sat) or holidays';
  const here = daysOf(days);
  if (here.length === 0) return 'must be days of one week in their order, Monday first';
  const twice = earlier.find((other) => daysOf(other).some((day) => here.includes(day)));
  return twice && `names a day again that is in ${twice}`;
};

const written = z
  .record(z.string(), z.union([z.string(), z.boolean()], { error: 'must be hours such as 08:00-20:00' }))
  .superRefine((rule, context) => {
    const days = Object.keys(rule).filter((key) => key !== 'holidays');
    if (days.length === 0) context.addIssue('must name a day and its hours, such as mon-sat: 08:00-20:00');
    if (typeof rule.holidays === 'string')
      context.addIssue({ code: 'custom', path: ['holidays'], message: 'must be true or false' });
    for (const [index, key] of days.entries()) {
      const message = wrongDays(key, days.slice(0, index)) ?? wrongHours(rule[key] ?? '');
      if (message) context.addIssue({ code: 'custom', path: [key], message });
    }
  });

/** A rule, or `anytime`, which takes a preset's rule away. */
const rule = z.union([z.literal('anytime'), written], {
  error: 'must be days with their hours, such as mon-sat: 08:00-20:00, or anytime',
});

const isCountry = (code: string): boolean => isSupportedCountry(code);
/** Whether a name is a country, "FR", or a part of one as ISO 3166-2 writes it, "US-TX". */
const isCountryOrPart = (name: string): boolean =>
  /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(name) && isCountry(name.slice(0, 2));

export const countrySchema = z.string().refine(isCountry, 'must be a country as ISO 3166 has it, such as FR');

/** The configuration's rules, by country or part of one, and by category. */
export const rulesSchema = z
  .record(
    z.string(),
    z.strictObject({ marketing: rule.optional(), transactional: rule.optional(), otp: rule.optional() }),
  )
  .superRefine((rules, context) => {
    for (const name of Object.keys(rules).filter((one) => !isCountryOrPart(one)))
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'must be a country as ISO 3166 has it, such as FR, or a part of one, such as US-TX',
      });
  });

export type QuietRules = z.output<typeof rulesSchema>;
