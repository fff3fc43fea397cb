/**
 * A year of a realistic sender, at the level of counts: ordinary traffic, campaigns, an outage, and the faults given.
 * In: a seed, a start, faults. Out: every minute in order, with what was counted in it and what was wrong in truth.
 * The same seed gives the same year; faults add to it.
 */
import { type Ms, type Second, second, secondOf } from '../../../src/events/event.ts';
import { createRandom } from '../../../src/simulate/random.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import type { Announcement, SlotKey, Tally } from '../../../src/windows/store/store.ts';
import { createCalendar } from './calendar.ts';
import { createCampaigns, planCampaigns } from './campaigns.ts';
import { createCopies } from './copies.ts';
import type { Fault } from './faults.ts';
import { createFlows } from './flows.ts';
import { createLedger } from './ledger.ts';
import { createMail } from './mail.ts';
import { createOutage } from './outage.ts';
import { createRecipients } from './recipients.ts';
import { createStrays } from './strays.ts';

export interface YearOptions {
  readonly seed: string;
  /** Local midnight in Paris; days are counted from it. */
  readonly start: Ms;
  /** Of 24 hours. Campaigns are planned for 365. */
  readonly days: number;
  readonly faults: readonly Fault[];
}

export interface MinuteOfCounts {
  /** A whole minute. */
  readonly start: Second;
  /** Only seconds with messages. */
  readonly counts: ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>;
  /** Totals so far of the ten-minute slots that changed; marketing only. */
  readonly tallies: ReadonlyMap<SlotKey, Tally>;
  /** Distinct recipients of this minute's slots, exactly; marketing only. */
  readonly distinct: ReadonlyMap<SlotKey, number>;
  /** What was announced in this minute. */
  readonly announced: readonly Announcement[];
  /** Ids of the faults under way. */
  readonly truth: readonly string[];
  /** Messages that faults sent in this minute. */
  readonly leaked: number;
}

export function* yearOf({ seed, start, days, faults }: YearOptions): Generator<MinuteOfCounts> {
  const random = createRandom(seed);
  const calendar = createCalendar(seed, start);
  const campaigns = planCampaigns(seed, calendar);
  const announced = byMinute(campaigns);
  const ledger = createLedger();
  const recipients = createRecipients();
  const copies = createCopies(random.fork('copies'));
  const outage = createOutage(seed, calendar, random.fork('queue'));
  const mail = createMail({ ledger, recipients, calendar, outage, copies, random: random.fork('mail') });
  const sendFlows = createFlows({ calendar, mail, random: random.fork('flows') }, start);
  const sendCampaigns = createCampaigns(campaigns, mail, random.fork('pace'));
  const sendStrays = createStrays({ campaigns, mail, random: random.fork('strays') });
  const first = Math.floor(secondOf(start) / 60) * 60;

  for (let minute = first; minute < first + days * 86_400; minute += 60) {
    const underway = faults.filter((one) => one.start < (minute + 60) * 1000 && one.end > minute * 1000);
    copies.enter(underway);
    mail.catchUp(minute);
    sendFlows(minute);
    sendCampaigns(minute);
    sendStrays(minute, underway);
    yield {
      start: second(minute),
      counts: ledger.take(minute),
      ...recipients.take(minute),
      announced: announced.get(minute) ?? [],
      truth: underway.map(({ id }) => id),
      leaked: mail.takeLeaked(minute),
    };
  }
}

/** By the minute (epoch seconds) each is announced in. */
const byMinute = (
  campaigns: ReadonlyArray<{ readonly announced: Announcement | undefined }>,
): ReadonlyMap<number, readonly Announcement[]> => {
  const minutes = new Map<number, Announcement[]>();
  for (const { announced } of campaigns) {
    if (!announced) continue;
    const minute = Math.floor(announced.at / 60_000) * 60;
    minutes.set(minute, [...(minutes.get(minute) ?? []), announced]);
  }
  return minutes;
};
