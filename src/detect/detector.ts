/**
 * What a detector is: a folder with one factory, from what all share to a look that answers findings, and where it
 * keeps learned state of its own, the learning of it. engine.ts holds the list of them, and knows nothing else of any.
 */
import type { DetectorName } from '../config/detectors.ts';
import type { Config } from '../config/schema.ts';
import type { Second } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { Histories } from './campaign/histories.ts';
import type { Finding } from './finding.ts';
import type { Exclusions } from './learning/exclusions.ts';
import type { Learned } from './learning/learned.ts';
import type { Came, CameBySecond } from './series/came.ts';
import type { WatchedSeries } from './series/classify.ts';
import type { IndexedWindows, SeriesGroup } from './series/series-index.ts';
import type { Estimate, WindowsView } from './series/view-port.ts';
import type { Calendar } from './statistics/calendar.ts';
import type { Forecasts } from './statistics/forecasts.ts';

/** One second to look at, which may still fill: then it is looked at again. */
export interface Look extends IndexedWindows {
  readonly at: Second;
  /** What came in this second: what detectors go through. */
  readonly came: Came;
  /** What everybody sends, the provider itself included, each with the windows it is in. */
  readonly everybody: () => ReadonlyArray<{ readonly view: WindowsView; readonly group: SeriesGroup }>;
  /** Nats by which a count must surprise to be called, within the budget of false alarms (statistics/threshold.ts). */
  readonly threshold: number;
}

/** Seconds to learn from, all complete: [from, to]. Every second belongs to one stretch, in order. */
export interface SealedStretch extends IndexedWindows {
  /** The last second that was learned from before, 0 when none was; between it and `from` nothing is held. */
  readonly after: number;
  readonly from: Second;
  readonly to: Second;
  readonly came: CameBySecond;
}

/** A second at which somebody may be missing. */
export interface AbsenceLook extends Omit<Look, 'came'> {
  /** The newest second that is surely complete: absence may be told up to it. */
  readonly complete: Second;
}

export interface Absence {
  readonly findings: Finding[];
  /** There is nothing to be found up to a `complete` before this second: until then nobody has to ask. */
  readonly again: Second;
}

export interface Detector {
  /** What its findings are called, in the table of config/detectors.ts. */
  readonly names: readonly DetectorName[];
  /** What there is to see in a second. It costs what is new in the second, not what exists. */
  look(look: Look): Finding[];
  /** What is not there and should be: asked as time goes on, though nothing is new. */
  lookForAbsence?(look: AbsenceLook): Absence;
  /** Learns from every stretch. All detectors do before any learns by the minute. */
  learn?(stretch: SealedStretch): void;
  /** Learns when a stretch ends in another minute than the one before it. */
  learnMinute?(stretch: SealedStretch): void;
  /** Learns the hours that ended since `after`: also when a gap is about to take them out of the view. */
  learnHour?(stretch: Omit<SealedStretch, 'from' | 'came'>): void;
}

/** What detectors are made from. What several need is here, so that none has to know another. */
export interface DetectorContext {
  readonly config: Config['detect'];
  readonly estimate: Estimate;
  readonly calendar: Calendar;
  /** Ask it for one's own kind when one is made: what is restored later is of the kinds it knows. */
  readonly learned: Learned;
  readonly forecasts: Forecasts;
  readonly histories: Histories;
  /** Where it is noted that something found teaches nothing, until it has gone on for so long that it is usual. */
  readonly incidents: Exclusions;
  /** While a provider is paused, nothing of it teaches, however long that takes. */
  readonly pauses: Exclusions;
  /** Whether [from, to], in epoch seconds, teaches nothing of what is named, for either reason. */
  readonly isLeftOut: (name: string, from: number, to: number) => boolean;
  readonly watchedOf: (key: SeriesKey) => WatchedSeries | undefined;
}

export type CreateDetector = (context: DetectorContext) => Detector;
