/**
 * The way of one message: ordered, sent, reported on, sometimes answered with STOP; and sent once more, or by
 * nobody's order, when a provider errs. In: a channel and an instant. Out: counts in the ledger and the recipients.
 */
import type { Category } from '../../../src/events/event.ts';
import type { Random } from '../../../src/simulate/random.ts';
import type { Dimensions } from '../../../src/windows/series.ts';
import type { RecipientKey } from '../../../src/windows/store/store.ts';
import type { Calendar } from './calendar.ts';
import type { Copies } from './copies.ts';
import { AHEAD, type Column, count, type Ledger } from './ledger.ts';
import type { Outage } from './outage.ts';
import type { Recipients } from './recipients.ts';

const FAILED = 0.03;
const STOP = 0.004;
/** Seconds until the report, on average; a few phones take a while to be found. */
const REPORT_SECONDS = 6;
const SLOW_SHARE = 0.04;
const SLOW_SECONDS = 240;
/** Median seconds until somebody answers STOP. */
const STOP_SECONDS = 240;

/** Messages of one kind through one provider. */
export interface Channel {
  readonly provider: string;
  readonly submitted: readonly Column[];
  readonly sent: readonly Column[];
  readonly delivered: readonly Column[];
  readonly failed: readonly Column[];
  readonly received: readonly Column[];
  /** What is counted of marketing only. */
  readonly marketing: { readonly sent: Column; readonly quiet: Column } | undefined;
}

export interface ChannelOf {
  readonly provider: string;
  readonly category: Category;
  readonly campaign?: string;
}

/** All times in epoch seconds, with their fractions. */
export interface Mail {
  channel(of: ChannelOf): Channel;
  /** We ask for it; the provider sends it, unless it is down. */
  order(channel: Channel, at: number): void;
  /** The provider sends by itself: to a certain person, or else to somebody new. */
  unasked(channel: Channel, at: number, person?: RecipientKey): void;
  /** What the outage held back, when it is over. */
  catchUp(minute: number): void;
  /** Messages that faults sent in a minute; asked for once. */
  takeLeaked(minute: number): number;
}

export interface MailParts {
  readonly ledger: Ledger;
  readonly recipients: Recipients;
  readonly calendar: Calendar;
  readonly outage: Outage;
  readonly copies: Copies;
  readonly random: Random;
}

export const createMail = (parts: MailParts): Mail => {
  const { ledger, recipients, calendar, outage, copies, random } = parts;
  const channels = createChannels(ledger);
  const optedOut = ledger.column({ metric: 'opted_out' });
  const leaked = new Map<number, number>();
  /** Of its own, so that a year has the same ordinary messages and reports with faults and without. */
  const luckOfLeaks = random.fork('leaks');

  const report = (channel: Channel, at: number, luck: Random): void => {
    const mean = luck.chance(SLOW_SHARE) ? SLOW_SECONDS : REPORT_SECONDS;
    const then = at + 1 + Math.min(AHEAD / 2, Math.floor(luck.exponential(mean)));
    for (const column of luck.chance(FAILED) ? channel.failed : channel.delivered) count(column, then);
    if (!channel.marketing || !luck.chance(STOP)) return;
    const answered = at + 1 + Math.floor(Math.min(AHEAD / 2, luck.logNormal(STOP_SECONDS, 1.2)));
    for (const column of channel.received) count(column, answered);
    count(optedOut, answered + 2 + luck.below(18));
  };

  const send = (channel: Channel, at: number, luck: Random): void => {
    for (const column of channel.sent) count(column, at);
    report(channel, at, luck);
  };

  const leak = (channel: Channel, at: number): void => {
    const minute = at - (at % 60);
    leaked.set(minute, (leaked.get(minute) ?? 0) + 1);
    if (channel.marketing && calendar.isQuiet(at * 1000)) count(channel.marketing.quiet, at);
    send(channel, at, luckOfLeaks);
  };

  const sendOrdered = (channel: Channel, at: number): void => {
    const series = channel.marketing?.sent.key;
    send(channel, at, random);
    if (series) recipients.once(series, at);
    const copy = copies.of(channel.provider, at);
    if (!copy) return;
    leak(channel, copy.at);
    if (series && copy.to === 'same') recipients.again(series, copy.at, at);
    else if (series) recipients.once(series, copy.at);
  };

  return {
    channel: channels,
    order: (channel, at) => {
      for (const column of channel.submitted) count(column, at);
      if (!outage.holds(channel, at)) sendOrdered(channel, at);
    },
    unasked: (channel, at, person) => {
      leak(channel, at);
      const series = channel.marketing?.sent.key;
      if (series && person === undefined) recipients.once(series, at);
      else if (series && person !== undefined) recipients.person(series, at, person);
    },
    catchUp: (minute) => outage.catchUp(minute, sendOrdered),
    takeLeaked: (minute) => {
      const n = leaked.get(minute) ?? 0;
      leaked.delete(minute);
      return n;
    },
  };
};

/** Made once each. */
const createChannels = (ledger: Ledger): ((of: ChannelOf) => Channel) => {
  const made = new Map<string, Channel>();
  return (of) => {
    const name = `${of.provider}/${of.category}/${of.campaign ?? ''}`;
    const channel = made.get(name) ?? newChannel(ledger, of);
    made.set(name, channel);
    return channel;
  };
};

const newChannel = (ledger: Ledger, { provider, category, campaign }: ChannelOf): Channel => {
  const onItsWay = (metric: 'submitted' | 'sent'): Column[] => {
    const dimensions: Dimensions[] = [
      {},
      { category },
      { country: 'FR' },
      ...(campaign ? [{ campaign }] : []),
      { part: 'quarters' },
      ...(category === 'marketing' ? [{ category, part: 'quarters' } as const] : []),
    ];
    return dimensions.map((of) => ledger.column({ metric, provider, ...of }));
  };
  const marketing = { metric: 'sent', provider, category: 'marketing' } as const;
  return {
    provider,
    submitted: onItsWay('submitted'),
    sent: onItsWay('sent'),
    delivered: [ledger.column({ metric: 'delivered', provider })],
    failed: [
      ledger.column({ metric: 'failed', provider }),
      ledger.column({ metric: 'failed', provider, error: 'absent_subscriber' }),
    ],
    received: [ledger.column({ metric: 'received', provider })],
    marketing:
      category === 'marketing'
        ? { sent: ledger.column(marketing), quiet: ledger.column({ ...marketing, hours: 'quiet' }) }
        : undefined,
  };
};
