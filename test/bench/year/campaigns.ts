/**
 * The campaigns of a year: 60 announced and 20 that nobody told of, one a day at most, through both providers.
 * In: a seed and the start. Out: the plan, and what it sends minute by minute.
 */
import { type Ms, ms } from '../../../src/events/event.ts';
import { HOUR, MINUTE } from '../../../src/events/time.ts';
import { createRandom, type Random } from '../../../src/simulate/random.ts';
import type { Announcement } from '../../../src/windows/store/store.ts';
import type { Calendar } from './calendar.ts';
import type { Mail } from './mail.ts';
import { outageDay } from './outage.ts';

export interface Campaign {
  readonly name: string;
  readonly provider: 'alpha' | 'beta';
  readonly start: Ms;
  readonly end: Ms;
  /** People it is meant for; somewhat fewer get it. */
  readonly audience: number;
  readonly messages: number;
  /** Undefined: nobody told. */
  readonly announced: Announcement | undefined;
}

const ANNOUNCED = 60;
const UNTOLD = 20;
/** Few in the first three weeks, all in time before the last days. */
const EARLY_DAYS = [5, 14] as const;
const REST_FROM = 21;
const REST_TO = 360;
/** Local hours in which they begin and end. */
const OPEN = 9;
const SHUT = 19;
const THEMES = ['printemps', 'couleur', 'barbe', 'soin', 'relance', 'parrainage', 'lissage', 'nouveau'];

/** In the order they are sent. */
export const planCampaigns = (seed: string, calendar: Calendar): readonly Campaign[] => {
  const random = createRandom(seed).fork('campaigns');
  const days = campaignDays(random, calendar, outageDay(seed, calendar));
  const told = shuffled(
    days.map((_, i) => i < ANNOUNCED),
    random,
  );
  const throughAlpha = shuffled(
    days.map((_, i) => i % 2 === 0),
    random,
  );
  return days.map((day, i) =>
    planOne(random, calendar, {
      day,
      told: told[i] ?? true,
      provider: throughAlpha[i] ? 'alpha' : 'beta',
      theme: THEMES[i % THEMES.length] ?? '',
    }),
  );
};

/** The last campaign of some size that was over hours before: what a provider may send again by mistake. */
export const lastBefore = (
  campaigns: readonly Campaign[],
  at: number,
  provider?: string,
): Campaign | undefined => {
  const over = campaigns.filter(
    (one) => one.end <= at - 12 * HOUR && (provider === undefined || one.provider === provider),
  );
  return over.findLast(({ messages }) => messages >= 3_000) ?? over.at(-1);
};

/** A few days apart each, on workdays; none on the day of the outage. */
const campaignDays = (random: Random, calendar: Calendar, outage: number): number[] => {
  const rest = ANNOUNCED + UNTOLD - EARLY_DAYS.length;
  const each = (REST_TO - REST_FROM) / rest;
  const wanted = [
    ...EARLY_DAYS.map((day) => day + random.below(4)),
    ...Array.from({ length: rest }, (_, i) => Math.floor(REST_FROM + (i + random.unit()) * each)),
  ];
  let last = 0;
  return wanted.map((from) => {
    let day = calendar.firstDay + from;
    while (day <= last || day === outage || !calendar.paris.isWorkday(calendar.paris.instant(day, 12))) day++;
    last = day;
    return day;
  });
};

const planOne = (
  random: Random,
  calendar: Calendar,
  of: { day: number; told: boolean; provider: 'alpha' | 'beta'; theme: string },
): Campaign => {
  const { day, told, provider, theme } = of;
  const [fewest, most] = told ? [2_000, 12_000] : [1_000, 6_000];
  const size = Math.round(fewest * (most / fewest) ** random.unit());
  const reached = 0.96 + 0.04 * random.unit();
  const minutes = 20 + random.below(71);
  // On multiples of five minutes, as people choose them.
  const hour = OPEN + random.below((SHUT - OPEN) * 12 - Math.ceil(minutes / 5) + 1) / 12;
  const start = ms(Math.round(calendar.paris.instant(day, hour) / MINUTE) * MINUTE);
  const end = ms(start + minutes * MINUTE);
  const name = `${theme}-${new Date(day * 24 * HOUR).toISOString().slice(0, 10)}`;
  const at = ms(Math.floor(start - HOUR - 23 * HOUR * random.unit()));
  return {
    name,
    provider,
    start,
    end,
    // Of one that nobody told of it is the messages that are counted.
    audience: told ? size : Math.round(size / reached),
    messages: told ? Math.round(size * reached) : size,
    announced: told ? { id: name, campaign: name, provider, at, start, end, audience: size } : undefined,
  };
};

export const shuffled = <T>(list: readonly T[], random: Random): T[] =>
  list
    .map((value) => ({ value, order: random.unit() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);

/** When each of `messages` goes out, as epoch seconds in order: half as fast again at the start as at the mean. */
export const pace = (
  span: { from: number; until: number },
  messages: number,
  random: Random,
): readonly number[] => {
  // The inverse of the share sent after a part x of the time, 1.5 x - 0.5 x^2.
  const part = () => 1.5 - Math.sqrt(2.25 - 2 * random.unit());
  return Array.from({ length: messages }, () => span.from + part() * (span.until - span.from)).sort(
    (a, b) => a - b,
  );
};

/** Sends the campaigns' messages of one minute (epoch seconds); called for each in order. */
export const createCampaigns = (
  plan: readonly Campaign[],
  mail: Mail,
  random: Random,
): ((minute: number) => void) => {
  let coming = plan;
  let running: { campaign: Campaign; at: readonly number[] } | undefined;

  return (minute) => {
    const next = coming[0];
    if (next && next.start < (minute + 60) * 1000) {
      coming = coming.slice(1);
      const span = { from: next.start / 1000, until: next.end / 1000 };
      running = { campaign: next, at: pace(span, next.messages, random.fork(next.name)) };
    }
    if (!running || running.campaign.end <= minute * 1000) return;
    const { provider, name } = running.campaign;
    const channel = mail.channel({ provider, category: 'marketing', campaign: name });
    for (const at of running.at) if (at >= minute && at < minute + 60) mail.order(channel, at);
  };
};
