/** Whether a message may reach a person now: hours, days and public holidays where that person lives. */
import { type Category, type Ms, ms } from '../events/event.ts';
import { MINUTE } from '../events/time.ts';
import { createHolidays, type HolidaysOf, isHolidayRegion } from './holidays.ts';
import { localTime, SLOT } from './local-time.ts';
import { createPlaceOf, type Place, PREFIXES, type Prefix } from './places.ts';
import { QUIET_PRESETS } from './presets.ts';
import { type QuietRule, ruleOf, type WrittenRule } from './rules.ts';

const MINUTES = SLOT / MINUTE;
/** The most quarters of an hour kept of a place and category: two days, a few megabytes with every place there is. */
const SLOTS_KEPT = 192;

/**
 * Whether a message of this category to this address at this instant falls in forbidden hours where the recipient
 * lives; undefined when no rule speaks of it.
 */
export type IsQuiet = (to: string, at: Ms, category: Category) => boolean | undefined;

/** A place whose country is known. */
type CountryPlace = Place & { readonly country: string };

/** What is configured: rules by country or part of one, and places by the beginnings of their numbers. */
export interface QuietHours {
  readonly rules: Readonly<Record<string, Partial<Record<Category, WrittenRule | 'anytime'>>>>;
  /** Where addresses of no known place are judged to be; its country's rule holds in countries without one, too. */
  readonly fallback: CountryPlace;
  /** Places by the beginning of their numbers, with its plus sign. */
  readonly places: Readonly<Record<string, CountryPlace>>;
}

/** The rule of one category at one place, and what it says of the quarters of an hour asked about lately. */
interface RuleClock {
  readonly rule: QuietRule | undefined;
  /** By a quarter's index (epoch ms / SLOT), a bit for each of its minutes that is forbidden. */
  readonly slots: Map<number, number>;
}

/**
 * A category's rule at a place is that of its part of the country, else of its country, else that of the fallback's
 * country, kept by the clock and the holidays of the place itself. What is configured goes before a preset of the same
 * name. Addresses of no known place are judged as if they were at the fallback.
 *
 * When the place and the quarter of an hour were asked about lately, a call is a walk over a few digits and two
 * look-ups. Throws RangeError for a region that the holiday calendar does not know.
 */
export const createIsQuiet = (config: QuietHours): IsQuiet => {
  refuseUnknownRegions(config);
  const overrides = Object.entries(config.places).map(([prefix, place]): Prefix => [prefix.slice(1), place]);
  const placeOf = createPlaceOf([...PREFIXES, ...overrides]);
  const holidays = createHolidays();

  // There are as many places as lines in the tables and in the configuration: the maps need no bound of their own.
  type Clocks = Map<Place, RuleClock>;
  const clocksOf = (category: Category): Clocks | undefined =>
    isRuled(config, category) ? new Map() : undefined;
  const clocks: Readonly<Record<Category, Clocks | undefined>> = {
    marketing: clocksOf('marketing'),
    transactional: clocksOf('transactional'),
    otp: clocksOf('otp'),
  };
  const newClock = (known: Clocks, place: Place, category: Category): RuleClock => {
    const clock = { rule: ruleAt(config, place, category), slots: new Map<number, number>() };
    known.set(place, clock);
    return clock;
  };

  return (address, at, category) => {
    const known = clocks[category];
    if (known === undefined) return undefined;
    const place = placeOf(address) ?? config.fallback;
    const { rule, slots } = known.get(place) ?? newClock(known, place, category);
    if (rule === undefined) return undefined;
    const slot = Math.floor(at / SLOT);
    let forbidden = slots.get(slot);
    if (forbidden === undefined) {
      if (slots.size >= SLOTS_KEPT) slots.clear();
      forbidden = forbiddenIn(slot, place, rule, holidays);
      slots.set(slot, forbidden);
    }
    return ((forbidden >> Math.floor((at - slot * SLOT) / MINUTE)) & 1) === 1;
  };
};

const refuseUnknownRegions = ({ fallback, places }: QuietHours): void => {
  for (const { country, region } of [fallback, ...Object.values(places)]) {
    if (region !== undefined && !isHolidayRegion(country, region))
      throw new RangeError(`quietHours: the holiday calendar knows no region ${region} of ${country}`);
  }
};

/** Whether any country has a rule for the category; marketing always has one, by the presets. */
const isRuled = ({ rules }: QuietHours, category: Category): boolean =>
  category === 'marketing' || Object.values(rules).some((one) => one[category] !== undefined);

/** The rule that holds for a category at a place; undefined where none does, or where `anytime` takes it away. */
const ruleAt = ({ rules, fallback }: QuietHours, at: Place, category: Category): QuietRule | undefined => {
  const preset = (name: string) => (category === 'marketing' ? QUIET_PRESETS[name]?.marketing : undefined);
  const names = [at, fallback].flatMap(({ country = '', region }) => [`${country}-${region}`, country]);
  const found = names
    .map((name) => rules[name]?.[category] ?? preset(name))
    .find((written) => written !== undefined);
  return found === undefined || found === 'anytime' ? undefined : ruleOf(found);
};

/** A bit for each minute of the slot that is in no open window of its local day. */
const forbiddenIn = (slot: number, place: Place, rule: QuietRule, holidays: HolidaysOf): number => {
  const { weekday, minuteOfDay, date } = localTime(place.zone, ms(slot * SLOT));
  const isDayOff = !rule.holidays && holidays(place, date.slice(0, 4)).has(date);
  const windows = isDayOff ? [] : (rule.week[weekday - 1] ?? []);
  let forbidden = 0;
  for (let minute = 0; minute < MINUTES; minute++) {
    const now = minuteOfDay + minute;
    if (!windows.some(([from, to]) => now >= from && now < to)) forbidden |= 1 << minute;
  }
  return forbidden;
};
