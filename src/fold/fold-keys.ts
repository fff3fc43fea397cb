/** Series keys by what they are made of, so that folding builds no key for an event. */
import { NAME_LIMITS, type NameKind } from '../config/name-limits.ts';
import type { Channel } from '../events/channels.ts';
import {
  type Category,
  type MessageType,
  type OtherEvent,
  secondOf,
  type UsageEvent,
} from '../events/event.ts';
import type { TextFault } from '../events/text/faults.ts';
import { hashOn } from '../events/text/hash.ts';
import { maskAddress } from '../events/text/mask.ts';
import { LAG_NAMES, lagStep } from '../windows/lags.ts';
import { type Hours, type SeriesKey, seriesKey } from '../windows/series.ts';
import { type CardinalityLimit, createCardinalityLimit, OTHERS } from './cardinality.ts';

/** The most names of one kind whose keys are kept; beyond it all are built anew, which is only slower. */
const KEPT = 10_000;
type KeyOf = (value: string) => SeriesKey;
type ByCategory = Readonly<Record<Category, SeriesKey>>;

/** The keys of one type of message through one provider. */
export interface MessageKeys {
  readonly provider: SeriesKey;
  readonly byCategory: ByCategory;
  /** How the provider's messages fall on the quarters of a second. */
  readonly quarters: SeriesKey;
  /** How the provider's marketing falls on the quarters of a second. */
  readonly marketingQuarters: SeriesKey;
  /** Messages in forbidden hours. */
  readonly quiet: ByCategory;
  /** Messages in forbidden hours that were submitted before them. */
  readonly late: ByCategory;
  /** Marketing to people who had opted out. */
  readonly withdrawn: SeriesKey;
  /** Messages that the provider refused since their recipient had told it STOP. */
  readonly blocked: SeriesKey;
  readonly noOrder: SeriesKey;
  readonly twice: SeriesKey;
  readonly submission: Readonly<Record<'known' | 'none' | 'late', SeriesKey>>;
  /** Messages by the seconds since their submission. */
  readonly lag: (seconds: number) => SeriesKey;
  readonly segments: SeriesKey;
  readonly campaign: KeyOf;
  /** Messages that came too late for the windows, and those of a campaign. */
  readonly tooLate: SeriesKey;
  readonly campaignTooLate: KeyOf;
  readonly country: KeyOf;
  readonly sender: KeyOf;
  readonly error: KeyOf;
  readonly fault: Readonly<Record<TextFault, SeriesKey>>;
  /** Texts that had gone to the same person a short while ago: a count for marketing, a tally of people else. */
  readonly repeated: Readonly<Record<Category, SeriesKey>>;
  readonly campaignRepeated: KeyOf;
  readonly texts: SeriesKey;
  readonly links: SeriesKey;
  /** A hash that tells messages of one type through one provider from all others. */
  readonly seed: number;
  /** Marketing by the code for STOP that it names. */
  readonly code: KeyOf;
}

/** The keys of what people answered through one provider. */
export interface AnswerKeys {
  readonly received: SeriesKey;
  readonly asked: SeriesKey;
  /** Answers that probably ask for STOP. */
  readonly probable: SeriesKey;
  readonly unrecorded: SeriesKey;
  /** People taken off the base who had asked for it. */
  readonly recorded: SeriesKey;
  readonly code: KeyOf;
  /** Answers that ask for STOP, by where they arrived. */
  readonly askedAt: KeyOf;
}

export type FoldKeys = ReturnType<typeof createFoldKeys>;

/**
 * The keys of whatever is counted, each built once. `cardinality` says which names have keys of their own: call
 * `standAt` with an event's place before asking for its keys.
 */
export const createFoldKeys = (cardinality: CardinalityLimit = createCardinalityLimit(NAME_LIMITS)) => {
  const messages = new Map<MessageType, Map<string, MessageKeys>>();
  const answers = new Map<'answers', Map<string, AnswerKeys>>();
  const plain = new Map<'opted_out' | 'opted_in', Map<string | undefined, SeriesKey>>();
  const others = new Map<Channel, Map<string, SeriesKey>>();
  let size = 0;
  /** Finds what is kept under two names, or makes it and keeps it. */
  const kept = <A, B, T>(groups: Map<A, Map<B, T>>, group: A, name: B, make: () => T): T => {
    const known = groups.get(group)?.get(name);
    if (known !== undefined) return known;
    if (size >= KEPT) {
      messages.clear();
      answers.clear();
      plain.clear();
      others.clear();
      size = 0;
    }
    size += 1;
    const made = make();
    const members = groups.get(group) ?? new Map<B, T>();
    groups.set(group, members.set(name, made));
    return made;
  };
  /** Keys of names within the limit of a provider, the same for what it sends as for what was submitted to it. */
  const bounded = (kind: NameKind, provider: string, build: KeyOf): KeyOf => {
    const others = build(OTHERS);
    const own = builtOnce(build);
    return (name) => (cardinality.has(kind, provider, name) ? own(name) : others);
  };
  /** Keys of names within the limit, masked, since providers write phone numbers where senders and the like belong. */
  const masked = (kind: NameKind, provider: string, build: KeyOf): KeyOf =>
    bounded(kind, provider, (name) => build(maskAddress(name)));

  const codeKeys = (metric: MessageType | 'received', provider: string, consent?: 'asked'): KeyOf =>
    masked('codes', provider, (code) => seriesKey({ metric, provider, consent, code }));

  const newMessageKeys = (metric: MessageType, provider: string): MessageKeys => {
    const byCategory = (hours?: Hours): ByCategory => ({
      marketing: seriesKey({ metric, provider, category: 'marketing', hours }),
      transactional: seriesKey({ metric, provider, category: 'transactional', hours }),
      otp: seriesKey({ metric, provider, category: 'otp', hours }),
    });
    const submission = (known: 'known' | 'none' | 'late') =>
      seriesKey({ metric, provider, submission: known });
    const again = (name: Category) => seriesKey({ metric, provider, category: name, part: 'again' });
    const fault = (text: TextFault) => seriesKey({ metric, provider, text });
    return {
      provider: seriesKey({ metric, provider }),
      byCategory: byCategory(),
      quarters: seriesKey({ metric, provider, part: 'quarters' }),
      marketingQuarters: seriesKey({ metric, provider, category: 'marketing', part: 'quarters' }),
      quiet: byCategory('quiet'),
      late: byCategory('late'),
      withdrawn: seriesKey({ metric, provider, category: 'marketing', consent: 'withdrawn' }),
      blocked: seriesKey({ metric, provider, consent: 'blocked' }),
      noOrder: seriesKey({ metric, provider, order: 'none' }),
      twice: seriesKey({ metric, provider, order: 'twice' }),
      submission: { known: submission('known'), none: submission('none'), late: submission('late') },
      lag: lagKeys(metric, provider),
      segments: seriesKey({ metric, provider, unit: 'segments' }),
      campaign: bounded('campaigns', provider, (campaign) => seriesKey({ metric, provider, campaign })),
      tooLate: seriesKey({ metric, provider, arrival: 'late' }),
      campaignTooLate: bounded('campaigns', provider, (campaign) =>
        seriesKey({ metric, provider, campaign, arrival: 'late' }),
      ),
      country: builtOnce((country) => seriesKey({ metric, provider, country })),
      sender: masked('senders', provider, (sender) => seriesKey({ metric, provider, sender })),
      error: masked('errors', provider, (error) => seriesKey({ metric, provider, error })),
      fault: { unfilled: fault('unfilled'), blank: fault('blank'), garbled: fault('garbled') },
      repeated: { marketing: again('marketing'), transactional: again('transactional'), otp: again('otp') },
      campaignRepeated: bounded('campaigns', provider, (campaign) =>
        seriesKey({ metric, provider, campaign, part: 'again' }),
      ),
      texts: seriesKey({ metric, provider, part: 'text' }),
      links: seriesKey({ metric, provider, part: 'link' }),
      seed: hashOn(seriesKey({ metric, provider })),
      code: codeKeys(metric, provider),
    };
  };

  const newAnswerKeys = (provider: string): AnswerKeys => ({
    received: seriesKey({ metric: 'received', provider }),
    asked: seriesKey({ metric: 'received', provider, consent: 'asked' }),
    probable: seriesKey({ metric: 'received', provider, consent: 'probable' }),
    unrecorded: seriesKey({ metric: 'received', provider, consent: 'unrecorded' }),
    recorded: seriesKey({ metric: 'opted_out', provider, consent: 'asked' }),
    code: codeKeys('received', provider),
    askedAt: codeKeys('received', provider, 'asked'),
  });

  return {
    message: (metric: MessageType, provider: string): MessageKeys =>
      kept(messages, metric, provider, () => newMessageKeys(metric, provider)),
    answers: (provider: string): AnswerKeys =>
      kept(answers, 'answers', provider, () => newAnswerKeys(provider)),
    consent: (metric: 'opted_out' | 'opted_in', provider: string | undefined): SeriesKey =>
      kept(plain, metric, provider, () => seriesKey({ metric, provider })),
    /** The name a provider is told apart by: its own, or that of all who are too many. */
    providerOf: (provider: string): string =>
      cardinality.has('providers', '', provider) ? provider : OTHERS,
    /** The key of what a provider bills for a stretch of time, built each time, since hardly any comes twice. */
    usage: ({ provider, start, end }: UsageEvent, unit?: 'segments'): SeriesKey => {
      const own = `${secondOf(start)}-${secondOf(end)}`;
      const period = cardinality.has('periods', provider, own) ? own : OTHERS;
      return seriesKey({ metric: 'usage', provider, unit, period });
    },
    /** The key of what is no SMS, by its provider and its channel. */
    other: ({ provider, channel }: OtherEvent): SeriesKey =>
      kept(others, channel, provider, () => seriesKey({ metric: 'other', provider, channel })),
    standAt: cardinality.standAt,
  };
};

const lagKeys = (metric: MessageType, provider: string): MessageKeys['lag'] => {
  const keys = LAG_NAMES.map((lag) => seriesKey({ metric, provider, lag }));
  const longest = seriesKey({ metric, provider, lag: 'more' });
  return (seconds) => keys[lagStep(seconds)] ?? longest;
};

const builtOnce = (build: KeyOf): KeyOf => {
  const keys = new Map<string, SeriesKey>();
  return (value) => {
    const known = keys.get(value);
    if (known !== undefined) return known;
    if (keys.size >= KEPT) keys.clear();
    const key = build(value);
    keys.set(value, key);
    return key;
  };
};
