/**
 * Prints a year of the realistic sender, to be checked by eye: `npx tsx test/bench/year/print.ts [seed] [days]`.
 * Out: messages by month and provider, sale days and the outage, campaigns, faults with what they sent.
 */
import { ms } from '../../../src/events/event.ts';
import { DAY } from '../../../src/events/time.ts';
import { type SeriesKey, seriesKey } from '../../../src/windows/series.ts';
import { createCalendar } from './calendar.ts';
import { planCampaigns } from './campaigns.ts';
import { type Fault, fiftyFaults } from './faults.ts';
import { outageDay } from './outage.ts';
import { type MinuteOfCounts, yearOf } from './sender.ts';

const [seed = 'one', days = '365'] = process.argv.slice(2);
const start = ms(Date.parse('2026-01-01T00:00:00+01:00'));
const calendar = createCalendar(seed, start);
const campaigns = planCampaigns(seed, calendar);
const faults = fiftyFaults(seed, start);

const local = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Paris',
  dateStyle: 'short',
  timeStyle: 'short',
});
const weekday = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', weekday: 'short' });
const shown = (at: number): string => `${weekday.format(at)} ${local.format(at)}`;
const shownDay = (day: number): string => shown(day * DAY).slice(0, 14);

/** Sums by two names, and the busiest hour by provider. */
const byMonth = new Map<string, Map<SeriesKey, number>>();
const leaked = new Map<string, number>();
const busiest = new Map<string, { messages: number; at: number }>();
let hour = { at: 0, alpha: 0, beta: 0, isOrdinary: true };
const keys = (['alpha', 'beta'] as const).map((provider) => seriesKey({ metric: 'sent', provider }));

const add = <K>(sums: Map<K, number>, key: K, n: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + n);
};

const takeMinute = (minute: MinuteOfCounts): void => {
  const month = shown(minute.start * 1000).slice(4, 11);
  const sums = byMonth.get(month) ?? new Map<SeriesKey, number>();
  byMonth.set(month, sums);
  for (const counts of minute.counts.values()) for (const [series, n] of counts) add(sums, series, n);
  for (const id of minute.truth) add(leaked, id, minute.leaked);
  takeHour(minute);
};

const takeHour = ({ start: at, counts, truth }: MinuteOfCounts): void => {
  if (at % 3_600 === 0) hour = { at, alpha: 0, beta: 0, isOrdinary: true };
  if (truth.length > 0) hour.isOrdinary = false;
  for (const provider of ['alpha', 'beta'] as const) {
    const key = seriesKey({ metric: 'sent', provider });
    for (const second of counts.values()) hour[provider] += second.get(key) ?? 0;
    if (hour.isOrdinary && hour[provider] > (busiest.get(provider)?.messages ?? 0))
      busiest.set(provider, { messages: hour[provider], at: hour.at });
  }
};

/** Milliseconds that making the year took, without what is done with it here. */
const readYear = (): number => {
  const year = yearOf({ seed, start, days: Number(days), faults });
  let spent = 0;
  for (;;) {
    const began = performance.now();
    const { value, done } = year.next();
    spent += performance.now() - began;
    if (done) return spent;
    takeMinute(value);
  }
};

const faultLine = ({ id, provider, start: from, end }: Fault): string =>
  [shown(from), `${(end - from) / 60_000} min`, provider, id, `${leaked.get(id) ?? 0} messages`].join('  ');

const seconds = readYear() / 1000;

console.log(`${seconds.toFixed(1)} s for ${days} days, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
console.log('\nMonth: sent through alpha, through beta');
for (const [month, sums] of byMonth) console.log(month, ...keys.map((key) => sums.get(key) ?? 0));
console.log('\nBusiest hours, messages a second');
for (const [provider, { messages, at }] of busiest)
  console.log(provider, (messages / 3_600).toFixed(2), shown(at * 1000));
console.log('\nAll series of a year without a campaign');
const whole = new Map<SeriesKey, number>();
for (const sums of byMonth.values()) for (const [series, n] of sums) add(whole, series, n);
for (const [series, n] of whole) if (!/campaign=.*-/.test(series)) console.log(series, n);
console.log('\nSale days');
for (let day = calendar.firstDay; day < calendar.firstDay + 365; day++) {
  const factor = calendar.sale(day);
  if (factor) console.log(shownDay(day), factor.toFixed(2));
}
console.log('\nOutage of alpha', shownDay(outageDay(seed, calendar)));
console.log('\nCampaigns: start, minutes, provider, name, audience, messages planned, sent, told ahead');
for (const { name, provider, start: from, end, audience, messages, announced } of campaigns) {
  const sent = whole.get(seriesKey({ metric: 'sent', provider, campaign: name })) ?? 0;
  const ahead = announced ? `${((from - announced.at) / 3_600_000).toFixed(1)} h` : 'untold';
  console.log(shown(from), (end - from) / 60_000, provider, name, audience, messages, sent, ahead);
}
console.log('\nFaults');
for (const fault of faults) console.log(faultLine(fault));
