/**
 * What is counted of a message whatever its category. In: the message, the keys of its type and provider, what is known
 * of its submission. Out: counts in the bucket of its second.
 */
import type { MessageEvent, SmsEvent } from '../events/event.ts';
import { countryOf } from '../quiet-hours/country.ts';
import type { SeriesKey } from '../windows/series.ts';
import { add } from '../windows/sums.ts';
import type { MessageKeys } from './fold-keys.ts';
import type { SubmissionJoin, Unsubmitted } from './submissions.ts';

/** The error under which messages count that failed without one. */
const NO_ERROR = 'none';
const NOTHING: readonly Unsubmitted[] = [];

/** Whether an event is about one outgoing message. */
export const isMessage = (event: SmsEvent): event is MessageEvent =>
  event.type === 'sent' ||
  event.type === 'submitted' ||
  event.type === 'delivered' ||
  event.type === 'failed';

/** Whether an event says that a message goes out; the others report on it afterwards. */
export const isOnItsWay = (event: MessageEvent): boolean =>
  event.type === 'sent' || event.type === 'submitted';

/** Counts what is counted of every message, whatever its category. */
export const countMessage = (bucket: Map<SeriesKey, number>, key: MessageKeys, event: MessageEvent): void => {
  add(bucket, key.provider, 1);
  if (event.campaign !== undefined) add(bucket, key.campaign(event.campaign), 1);
  if (event.type === 'failed') add(bucket, key.error(event.error ?? NO_ERROR), 1);
  if (!isOnItsWay(event)) return;
  const country = countryOf(event.to);
  if (country !== undefined) add(bucket, key.country(country), 1);
  if (event.from !== undefined) add(bucket, key.sender(event.from), 1);
};

/** Counts a message that came too late for its own second to be looked at, where it still is. */
export const countTooLate = (
  bucket: Map<SeriesKey, number>,
  key: MessageKeys,
  { campaign }: MessageEvent,
): void => {
  add(bucket, key.tooLate, 1);
  if (campaign !== undefined) add(bucket, key.campaignTooLate(campaign), 1);
};

/**
 * Counts whether a message was asked for. Of a submission that came only after its message, answers what had been
 * counted as having none.
 */
export const countSubmission = (
  bucket: Map<SeriesKey, number>,
  key: MessageKeys,
  of: { readonly submissions: SubmissionJoin; readonly offset: number; readonly event: MessageEvent },
): readonly Unsubmitted[] => {
  const { submissions, offset, event } = of;
  if (isOnItsWay(event) && event.segments !== undefined) add(bucket, key.segments, event.segments);
  if (event.type === 'submitted') return submissions.submitted(offset, event);
  const submission = submissions.submissionOf(offset, event);
  if (submission !== undefined) add(bucket, key.submission[submission], 1);
  if (submission === 'known') add(bucket, key.lag(submissions.waited), 1);
  if (event.type === 'failed') submissions.failed(offset, event);
  if (event.type !== 'sent') return NOTHING;
  if (event.order === undefined) add(bucket, key.noOrder, 1);
  else if (submissions.isTwice(offset, event)) add(bucket, key.twice, 1);
  return NOTHING;
};
