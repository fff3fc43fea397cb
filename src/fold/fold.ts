/**
 * The fold: a stretch of events becomes sums, so that what goes to the store follows the variety of a batch, not its
 * length. In: events of one partition in offset order. Out: a `FoldedBatch`. Pure but for what dedup, submissions,
 * consents and the cardinality limit remember.
 */
import {
  type AnnouncedEvent,
  type Category,
  type MessageEvent,
  type Ms,
  ms,
  type Second,
  type SmsEvent,
  secondOf,
} from '../events/event.ts';
import { createStopWords, type StopWords } from '../events/text/stop-words.ts';
import type { IsQuiet } from '../quiet-hours/quiet-hours.ts';
import { announcementOf, keepLatest } from '../windows/announced.ts';
import { touch } from '../windows/distinct.ts';
import { quarterOf } from '../windows/quarters.ts';
import { type SeriesKey, seriesKey } from '../windows/series.ts';
import {
  type Announcement,
  DISTINCT_SLOT,
  type FoldedBatch,
  type PartitionId,
  type RecipientKey,
  TALLY_SLOT,
} from '../windows/store/store.ts';
import { add } from '../windows/sums.ts';
import type { CardinalityLimit } from './cardinality.ts';
import { type Consents, createConsents } from './consents.ts';
import { countMessage, countSubmission, countTooLate, isMessage, isOnItsWay } from './count-message.ts';
import { createDedup, type Dedup } from './dedup.ts';
import type { Fold, FoldInput } from './fold-input.ts';
import { createFoldKeys, type FoldKeys } from './fold-keys.ts';
import { createFoldTexts } from './fold-texts.ts';
import { createForbiddenHours } from './forbidden-hours.ts';
import { createOptOuts } from './opt-outs.ts';
import type { ProbeRules } from './probe.ts';
import type { Recipient } from './recipient-key.ts';
import { createSlots } from './slots.ts';
import { createSubmissionJoin } from './submissions.ts';

const SAMPLE_LENGTH = 200;
/** Cutting may leave the first half of a character that takes two, which the store's JSON refuses. */
const CUT_CHARACTER = /[\ud800-\udbff]$/;
export interface FoldParts {
  readonly isQuiet: IsQuiet;
  readonly categoryOf: (event: MessageEvent) => Category;
  readonly recipientKey: (address: string) => Recipient;
  /** Hides the digits of a text that may be shown as a sample. */
  readonly maskText: (text: string) => string;
  /** The memory of messages, given by whoever wants to know how many repeats it found. */
  readonly dedup?: Dedup;
  readonly stopWords?: StopWords;
  readonly consents?: Consents;
  /** Which names are told apart; by default, as many as NAME_LIMITS says. */
  readonly cardinality?: CardinalityLimit;
  /** The newest second of a provider whose windows hold `at` no more; undefined while they do, as without this. */
  readonly beyondWindows?: (provider: string, at: Second) => Second | undefined;
  /** The probe of STOP, whose test number is no customer. */
  readonly probe?: ProbeRules;
}

type CountedEvent = Exclude<SmsEvent, AnnouncedEvent>;
type FoldedCounts = Map<Second, Map<SeriesKey, number>>;

/** The fold of all partitions; stretches of one must come in offset order, or again from an earlier offset. */
export const createFold = (parts: FoldParts): Fold => {
  const { isQuiet, categoryOf, recipientKey, maskText, dedup = createDedup() } = parts;
  const { stopWords = createStopWords(), consents = createConsents() } = parts;
  const keys = createFoldKeys(parts.cardinality);
  const hoursOf = createForbiddenHours(isQuiet);
  const submissionsOf = createSubmissionJoin(dedup);
  const foldTexts = createFoldTexts(recipientKey);
  const countAnswer = createOptOuts({ keys, recipientKey, stopWords, probe: parts.probe });
  /** The time of each partition's last event, where a stretch of nothing but rejected records is counted. */
  const lastAt = new Map<PartitionId, Ms>();
  const sampleOf = (text: string) => maskText(text.slice(0, SAMPLE_LENGTH).replace(CUT_CHARACTER, ''));

  return (input: FoldInput): FoldedBatch => {
    const counts: FoldedCounts = new Map();
    const past = dedup.of(input.partition);
    const submissions = submissionsOf(input);
    const distinct = createSlots<number>(DISTINCT_SLOT);
    const tallies = createSlots<RecipientKey>(TALLY_SLOT);
    const countText = foldTexts(input.partition, tallies.of);
    const texts = new Map<string, string>();
    const announced = new Map<string, Announcement>();
    const ledger = consents.standingAt(input.partition, input.from, input.next);
    let newest: Ms = input.idleUntil ?? ms(0);
    let current: Second | undefined;
    let bucket = new Map<SeriesKey, number>();

    for (const { offset, event: told } of input.events) {
      if (told.at > newest) newest = told.at;
      if (told.type === 'announced') {
        keepLatest(announced, announcementOf(told));
        continue;
      }
      if (past.isRepeat(offset, told)) continue;
      keys.standAt(input.partition, offset, told.at);
      const event = named(told, keys);
      const at = secondOf(event.at);
      if (at !== current) {
        current = at;
        bucket = bucketOf(counts, at);
      }
      if (event.at > ledger.due) {
        for (const provider of ledger.overdue(event.at, offset))
          add(bucket, keys.answers(provider).unrecorded, 1);
      }
      if (event.type === 'usage') {
        if (event.count !== undefined) add(bucket, keys.usage(event), event.count);
        if (event.segments !== undefined) add(bucket, keys.usage(event, 'segments'), event.segments);
        continue;
      }
      if (event.type === 'other') {
        add(bucket, keys.other(event), 1);
        continue;
      }
      if (!isMessage(event)) {
        countAnswer(event, bucket, offset, ledger);
        continue;
      }
      const category = categoryOf(event);
      const key = keys.message(event.type, event.provider);
      const ofCategory = key.byCategory[category];
      add(bucket, ofCategory, 1);
      countMessage(bucket, key, event);
      const own = parts.beyondWindows?.(event.provider, at);
      if (own !== undefined) countTooLate(bucketOf(counts, own), key, event);
      for (const early of countSubmission(bucket, key, { submissions, offset, event }))
        add(bucketOf(counts, early.at), keys.message(early.type, event.provider).submission.late, 1);
      if (event.errorClass === 'blocked_by_stop') {
        add(bucket, key.blocked, 1);
        ledger.block(recipientKey(event.to).key, event.at, offset);
      }
      if (!isOnItsWay(event)) continue;
      const quarter = quarterOf(event.at);
      if (quarter > 0) add(bucket, key.quarters, quarter);
      const hours = hoursOf(past, offset, event, category);
      if (hours !== undefined) add(bucket, key[hours][category], 1);
      countText(event, category, key, bucket, offset);
      if (category !== 'marketing') continue;
      if (quarter > 0) add(bucket, key.marketingQuarters, quarter);
      if (event.text) texts.set(event.provider, event.text);
      const code = stopWords.codeOf(event);
      if (code !== undefined) add(bucket, key.code(code), 1);
      const person = recipientKey(event.to);
      if (ledger.hasWithdrawn(person.key, event.at)) add(bucket, key.withdrawn, 1);
      touch(distinct.of(ofCategory, event.at), person);
      add(tallies.of(ofCategory, event.at), person.key, 1);
    }

    const last = input.events.at(-1)?.event.at ?? input.idleUntil ?? lastAt.get(input.partition);
    if (last !== undefined) {
      lastAt.set(input.partition, last);
      countRejected(counts, secondOf(last), input.rejected);
    }
    return {
      partition: input.partition,
      epoch: input.epoch,
      from: input.from,
      next: input.next,
      watermark: newest,
      counts,
      distinct: distinct.all,
      tallies: tallies.all,
      samples: new Map([...texts].map(([provider, text]) => [provider, sampleOf(text)])),
      announced,
      consent: ledger.changed,
    };
  };
};

/** An event under the name its provider is told apart by, so that providers that are too many are one everywhere. */
const named = (event: CountedEvent, keys: FoldKeys): CountedEvent => {
  if (event.provider === undefined) return event;
  const provider = keys.providerOf(event.provider);
  return provider === event.provider ? event : { ...event, provider };
};

/** The counts of a second, begun when it is new. */
const bucketOf = (counts: FoldedCounts, at: Second): Map<SeriesKey, number> => {
  let bucket = counts.get(at);
  if (!bucket) {
    bucket = new Map();
    counts.set(at, bucket);
  }
  return bucket;
};

/** Counts rejected records in second `at`, that of an event nearby, since what cannot be read has no time. */
const countRejected = (counts: FoldedCounts, at: Second, rejected: ReadonlyMap<string, number>): void => {
  for (const [reason, n] of rejected) add(bucketOf(counts, at), seriesKey({ metric: 'rejected', reason }), n);
};
