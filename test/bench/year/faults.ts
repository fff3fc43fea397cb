/**
 * Fifty faults of a year, ten of each kind, days apart, at the hours at which each may happen.
 * In: the seed and the start that the year itself is made from. Out: which provider goes wrong how, and when.
 */
import { type Ms, ms } from '../../../src/events/event.ts';
import { MINUTE } from '../../../src/events/time.ts';
import { createRandom, type Random } from '../../../src/simulate/random.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import { type Campaign, lastBefore, planCampaigns, shuffled } from './campaigns.ts';
import { outageDay } from './outage.ts';

export type FaultKind = 'doubled' | 'replayed-campaign' | 'stuck-loop' | 'slow-leak' | 'night-sends';

export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly provider: 'alpha' | 'beta';
  readonly start: Ms;
  /** It sends nothing from here on. */
  readonly end: Ms;
}

interface Habit {
  /** Local hours between which it begins; beyond 24 is the night after. */
  readonly from: number;
  readonly to: number;
  /** How long it lasts, in minutes. */
  readonly minutes: readonly [number, number];
  readonly workdays: boolean;
}

const HABITS: Readonly<Record<FaultKind, Habit>> = {
  doubled: { from: 9, to: 17, minutes: [120, 120], workdays: true },
  'replayed-campaign': { from: 9, to: 18, minutes: [30, 60], workdays: true },
  'stuck-loop': { from: 0, to: 23, minutes: [60, 60], workdays: false },
  'slow-leak': { from: 8, to: 14, minutes: [360, 360], workdays: true },
  // An hour less than until 05:00 and one to spare, for the night on which clocks change.
  'night-sends': { from: 21, to: 27, minutes: [60, 60], workdays: false },
};
const KINDS: readonly FaultKind[] = [
  'doubled',
  'replayed-campaign',
  'stuck-loop',
  'slow-leak',
  'night-sends',
];
const OF_EACH = 10;
/** Days since the start. */
const FROM = 28;
const TO = 361;
/** From the end of a night to the beginning of another that is more than the 30 hours that must lie between. */
const DAYS_APART = 3;
/** How long ago a campaign is that a provider sends again: with days on which nothing may be sent, nine at most. */
const FRESH = 7 * 86_400_000;

export const fiftyFaults = (seed: string, start: Ms): Fault[] => {
  const calendar = createCalendar(seed, start);
  const campaigns = planCampaigns(seed, calendar);
  const random = createRandom(seed).fork('faults');
  const wanted = wantedDays(calendar, random);
  const kinds = shareOut(wanted, { calendar, campaigns, random });
  const days = daysThatFit(wanted, kinds, { calendar, outage: outageDay(seed, calendar) });
  const soFar = new Map<FaultKind, number>();
  return kinds.map((kind, i) => {
    const number = (soFar.get(kind) ?? 0) + 1;
    soFar.set(kind, number);
    const span = spanOf(HABITS[kind], days[i] ?? 0, { calendar, random });
    const again = kind === 'replayed-campaign' ? lastBefore(campaigns, span.start) : undefined;
    const provider = again?.provider ?? (number % 2 === 0 ? 'alpha' : 'beta');
    return { id: `${kind}-${number}`, kind, provider, ...span };
  });
};

/** Local days, spread over the year. */
const wantedDays = ({ firstDay }: Calendar, random: Random): number[] => {
  const faults = OF_EACH * KINDS.length;
  const each = (TO - FROM) / faults;
  return Array.from(
    { length: faults },
    (_, i) => firstDay + Math.floor(FROM + (i + 0.5 * random.unit()) * each),
  );
};

/** Which kind is on which day: campaigns are replayed soon after they were sent, all else comes as it may. */
const shareOut = (
  days: readonly number[],
  parts: { calendar: Calendar; campaigns: readonly Campaign[]; random: Random },
): FaultKind[] => {
  const replays = replayDays(days, parts);
  const others = KINDS.filter((kind) => kind !== 'replayed-campaign');
  const rest = shuffled(
    others.flatMap((kind) => Array.from({ length: OF_EACH }, () => kind)),
    parts.random,
  );
  return days.map((day) => (replays.has(day) ? undefined : rest.pop()) ?? 'replayed-campaign');
};

/** Ten of the days, each after another campaign, which was yesterday or last week wherever that can be. */
const replayDays = (
  days: readonly number[],
  { calendar, campaigns, random }: { calendar: Calendar; campaigns: readonly Campaign[]; random: Random },
): ReadonlySet<number> => {
  const chosen = new Map<string, number>();
  const choices = shuffled(days, random).map((day) => {
    const noon = calendar.paris.instant(day, 12);
    const campaign = lastBefore(campaigns, noon);
    return { day, name: campaign?.name, isFresh: campaign !== undefined && noon - campaign.end < FRESH };
  });
  for (const { day, name } of choices.sort((a, b) => Number(b.isFresh) - Number(a.isFresh))) {
    if (chosen.size < OF_EACH && name !== undefined && !chosen.has(name)) chosen.set(name, day);
  }
  return new Set(chosen.values());
};

/** The wanted days, or soon after: some days apart, and not that of the outage, so that it is plain what is wrong. */
const daysThatFit = (
  wanted: readonly number[],
  kinds: readonly FaultKind[],
  { calendar, outage }: { calendar: Calendar; outage: number },
): number[] => {
  const { paris } = calendar;
  let last = calendar.firstDay;
  return wanted.map((from, i) => {
    const isBound = HABITS[kinds[i] ?? 'stuck-loop'].workdays;
    let day = Math.max(from, last + DAYS_APART);
    while (day === outage || (isBound && !paris.isWorkday(paris.instant(day, 12)))) day++;
    last = day;
    return day;
  });
};

const spanOf = (
  { from, to, minutes }: Habit,
  day: number,
  { calendar, random }: { calendar: Calendar; random: Random },
): { start: Ms; end: Ms } => {
  const hour = from + (to - from) * random.unit();
  const [shortest, longest] = minutes;
  const start = Math.floor(calendar.paris.instant(day, hour) / MINUTE) * MINUTE;
  const lasting = shortest + random.below(longest - shortest + 1);
  return { start: ms(start), end: ms(start + lasting * MINUTE) };
};
