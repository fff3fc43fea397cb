/**
 * The fold: a stretch of events becomes sums, so that what goes to the store follows the variety of a batch, not
 * its length. In: events of one partition in offset order. Out: a `FoldedBatch`. Pure but for what `seen` remembers.
 */
import {
  type Category,
  type MessageEvent,
  type Ms,
  ms,
  type Second,
  type SmsEvent,
  secondOf,
} from '../events/event.ts';
import { touch } from './distinct.ts';
import type { Fold, FoldInput, IsQuiet } from './fold-input.ts';
import type { Recipient } from './recipient-key.ts';
import { createSeen } from './seen.ts';
import { type SeriesKey, seriesKey } from './series.ts';
import { DISTINCT_SLOT, type FoldedBatch, type RecipientKey, type SlotKey, TALLY_SLOT } from './store.ts';

const SAMPLE_LENGTH = 200;
/** Series whose key is kept; beyond it they are built anew, which is only slower. */
const KEYS_KEPT = 10_000;

export interface FoldParts {
  readonly isQuiet: IsQuiet;
  readonly categoryOf: (event: MessageEvent) => Category;
  readonly recipientKey: (address: string) => Recipient;
  /** Digits of a text masked. */
  readonly maskText: (text: string) => string;
}

type Counts = Map<Second, Map<SeriesKey, number>>;

export const createFold = (parts: FoldParts): Fold => {
  const { isQuiet, categoryOf, recipientKey, maskText } = parts;
  const seen = createSeen();
  const keys = createKeys();

  return (input: FoldInput): FoldedBatch => {
    const counts: Counts = new Map();
    const distinct = new Map<SlotKey, Map<number, number>>();
    const tallies = new Map<SlotKey, Map<RecipientKey, number>>();
    const texts = new Map<string, string>();
    let newest: number = input.idleUntil ?? 0;
    let last: Ms = input.idleUntil ?? ms(0);

    const marketing = (event: MessageEvent, count: (key: SeriesKey) => void): void => {
      const { all, quiet } = keys.marketing(event.type, event.provider);
      if (event.text) texts.set(event.provider, event.text);
      if (isQuiet(event.to, event.at)) count(quiet);
      const person = recipientKey(event.to);
      touch(slotOf(distinct, all, event.at, DISTINCT_SLOT), person);
      const tally = slotOf(tallies, all, event.at, TALLY_SLOT);
      tally.set(person.key, (tally.get(person.key) ?? 0) + 1);
    };

    for (const { offset, event } of input.events) {
      if (event.at > newest) newest = event.at;
      last = event.at;
      if (seen.isRepeat(input.partition, offset, event)) continue;
      const bucket = bucketOf(counts, secondOf(event.at));
      const count = (key: SeriesKey) => void bucket.set(key, (bucket.get(key) ?? 0) + 1);
      if (!isMessage(event)) {
        if (event.type !== 'announced') count(keys.plain(event.type, event.provider));
        continue;
      }
      const category = categoryOf(event);
      const { provider, byCategory, byCampaign } = keys.message(
        event.type,
        event.provider,
        category,
        event.campaign,
      );
      count(provider);
      count(byCategory);
      if (byCampaign) count(byCampaign);
      if (category === 'marketing' && (event.type === 'sent' || event.type === 'submitted'))
        marketing(event, count);
    }

    for (const [reason, rejected] of input.rejected) {
      const key = seriesKey({ metric: 'rejected', reason });
      const bucket = bucketOf(counts, secondOf(last));
      bucket.set(key, (bucket.get(key) ?? 0) + rejected);
    }
    return {
      partition: input.partition,
      epoch: input.epoch,
      from: input.from,
      next: input.next,
      watermark: ms(newest),
      counts,
      distinct,
      tallies,
      samples: new Map(
        [...texts].map(([provider, text]) => [provider, maskText(text.slice(0, SAMPLE_LENGTH))]),
      ),
    };
  };
};

const isMessage = (event: SmsEvent): event is MessageEvent =>
  event.type === 'sent' ||
  event.type === 'submitted' ||
  event.type === 'delivered' ||
  event.type === 'failed';

const bucketOf = (counts: Counts, at: Second): Map<SeriesKey, number> => {
  let bucket = counts.get(at);
  if (!bucket) {
    bucket = new Map();
    counts.set(at, bucket);
  }
  return bucket;
};

const slotOf = <K>(
  slots: Map<SlotKey, Map<K, number>>,
  series: SeriesKey,
  at: Ms,
  length: number,
): Map<K, number> => {
  const key: SlotKey = `${series}@${at - (at % length)}`;
  let slot = slots.get(key);
  if (!slot) {
    slot = new Map();
    slots.set(key, slot);
  }
  return slot;
};

/** Series keys by what they are made of, so that no key is built for an event. */
const createKeys = () => {
  const kept = new Map<string, Map<string, SeriesKey>>();
  let size = 0;
  const keep = (group: string, name: string, make: () => SeriesKey): SeriesKey => {
    let keys = kept.get(group);
    if (!keys) {
      keys = new Map();
      kept.set(group, keys);
    }
    const known = keys.get(name);
    if (known) return known;
    const key = make();
    if (size < KEYS_KEPT) {
      keys.set(name, key);
      size += 1;
    }
    return key;
  };
  return {
    plain: (metric: 'received' | 'opted_out', provider: string | undefined) =>
      keep(metric, provider ?? '', () => seriesKey({ metric, provider })),
    message: (
      metric: MessageEvent['type'],
      provider: string,
      category: Category,
      campaign: string | undefined,
    ) => ({
      provider: keep(metric, provider, () => seriesKey({ metric, provider })),
      byCategory: keep(`${metric} ${category}`, provider, () => seriesKey({ metric, provider, category })),
      byCampaign:
        campaign === undefined
          ? undefined
          : keep(`${metric} of ${provider}`, campaign, () => seriesKey({ metric, provider, campaign })),
    }),
    marketing: (metric: MessageEvent['type'], provider: string) => ({
      all: keep(`${metric} marketing`, provider, () =>
        seriesKey({ metric, provider, category: 'marketing' }),
      ),
      quiet: keep(`${metric} quiet`, provider, () =>
        seriesKey({ metric, provider, category: 'marketing', hours: 'quiet' }),
      ),
    }),
  };
};
