/**
 * What is counted of texts: their faults, the same to the same person, and of marketing which texts and which links.
 * In: messages on their way, one by one. Out: counts in their second and tallies. No text leaves this file.
 */
import type { Category, MessageEvent, Ms } from '../events/event.ts';
import { faultOf } from '../events/text/faults.ts';
import { hashOn } from '../events/text/hash.ts';
import { withRecentTexts } from '../events/text/recent-texts.ts';
import { createTextSigns, entryOf } from '../events/text/signs.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { Offset, PartitionId, RecipientKey } from '../windows/store/store.ts';
import { add } from '../windows/sums.ts';
import type { MessageKeys } from './fold-keys.ts';
import type { Recipient } from './recipient-key.ts';
import { createRepeatedText, hashOfText, type TextHash } from './repeated-text.ts';

type TextSums<K> = Map<K, number>;
/** The sums of a series in the slot of an instant. */
type TallyOf = (series: SeriesKey, at: Ms) => TextSums<RecipientKey>;

/** Counts texts, batch by batch; `recipientKey` keys a phone number. */
export const createFoldTexts = (recipientKey: (address: string) => Recipient) => {
  const isRepeated = createRepeatedText();
  const signsOf = createTextSigns();
  const hashOf = withRecentTexts(hashOfText);
  const faultIn = withRecentTexts(faultOf);

  /** Counts the texts of one batch, message by message. */
  return (partition: PartitionId, tallyOf: TallyOf) => {
    const stream = hashOn(partition);

    const countMarketing = (
      event: MessageEvent,
      key: MessageKeys,
      bucket: TextSums<SeriesKey>,
      offset: Offset,
    ) => {
      const { text, campaign, to, at } = event;
      if (campaign !== undefined && isRepeated(stream ^ key.seed, to, hashOfText(campaign), offset, at))
        add(bucket, key.campaignRepeated(campaign), 1);
      if (text === undefined) return;
      if (isRepeated(stream ^ ~key.seed, to, hashOf(text), offset, at))
        add(bucket, key.repeated.marketing, 1);
      const signs = signsOf(text);
      if (signs.fault) add(bucket, key.fault[signs.fault], 1);
      add(tallyOf(key.texts, at), entryOf(signs, campaign), 1);
      for (const host of signs.hosts) add(tallyOf(key.links, at), host, 1);
    };

    return (
      event: MessageEvent,
      category: Category,
      key: MessageKeys,
      bucket: TextSums<SeriesKey>,
      offset: Offset,
    ): void => {
      if (category === 'marketing') {
        countMarketing(event, key, bucket, offset);
        return;
      }
      const { text, to, at } = event;
      if (text === undefined) return;
      const fault = faultIn(text);
      if (fault) add(bucket, key.fault[fault], 1);
      const hash = hashOf(text);
      if (!isRepeated(stream ^ ~key.seed, to, hash, offset, at)) return;
      // Person and text are keyed as a whole, since a code of six digits is soon guessed from a hash of its text.
      add(tallyOf(key.repeated[category], at), recipientKey(pairOf(to, hash)).key, 1);
    };
  };
};

/** A person and 64 bits of a text, to be keyed in place of the text, which would take several times as long. */
export const pairOf = (to: string, { one, other }: TextHash): string => `${to} ${one} ${other}`;
