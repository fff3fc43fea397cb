/**
 * Feeds: what is counted, in the four kinds that come to us by themselves: what we ask for, what providers send, what
 * they report of it, what people answer. One may trail another by minutes, and does so where reports are collected.
 * In: a series. Out: its feed, as one bit, so that a number says of a second which feeds had something in it.
 *
 * Something is found of a count by what it exceeds, and it is held against its own feed's past and less than another
 * feed's. So what comes late may show something in its own second and in later ones of its own feed; in those of another
 * feed it can only explain what seemed wrong.
 */
import type { Metric, SeriesKey } from './series.ts';

/** A set of feeds. */
export type Feeds = number;

const SUBMISSIONS = 1;
const SENDS = 2;
const REPORTS = 4;
const ANSWERS = 8;
const OTHERS = 16;
const FEEDS: ReadonlyMap<string, Feeds> = new Map(
  Object.entries({
    submitted: SUBMISSIONS,
    sent: SENDS,
    delivered: REPORTS,
    failed: REPORTS,
    received: ANSWERS,
    opted_out: ANSWERS,
    opted_in: ANSWERS,
    probe: ANSWERS,
    usage: OTHERS,
    other: OTHERS,
    rejected: OTHERS,
  } satisfies Record<Metric, Feeds>),
);

/** What is scanned for bursts. */
export const SCANNED_FEEDS: Feeds = SUBMISSIONS | SENDS;

/**
 * The feed of a series; none for messages of which it is told late that they had been submitted, since that only
 * explains them.
 */
export const feedOf = (series: SeriesKey): Feeds =>
  series.includes('submission=late') ? 0 : (FEEDS.get(series.slice(0, series.indexOf('{'))) ?? OTHERS);
