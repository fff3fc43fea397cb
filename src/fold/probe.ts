/**
 * The probe's own series: what comes round of the STOP that the test number sent. Nothing else is counted of its
 * answers and opt-outs, nor do consents know of it, so that a probe raises no finding and teaches nothing.
 */
import type { Address, Answer } from '../events/event.ts';
import { maskAddress } from '../events/text/mask.ts';
import { type SeriesKey, seriesKey } from '../windows/series.ts';

export interface ProbeRules {
  /** The test number, in E.164. */
  readonly number: string;
  /** Where it sends STOP. */
  readonly codes: readonly string[];
}

/** An answer of the test number that arrived at one of the codes. */
export const arrivedSeries = (code: string): SeriesKey =>
  seriesKey({ metric: 'probe', code: maskAddress(code), step: 'arrived' });
/** The test number was taken off the base. */
export const recordedSeries: SeriesKey = seriesKey({ metric: 'probe', step: 'recorded' });

/** Answers by whom an answer or a consent is; undefined when that is not told. */
export const personOf = (event: Answer): Address | undefined =>
  event.type === 'received' ? event.from : event.to;

/** In which series an event of the test number counts, if in any. */
export const probeSeriesOf = (event: Answer, { codes }: ProbeRules): SeriesKey | undefined => {
  if (event.type === 'opted_out') return recordedSeries;
  return event.type === 'received' && codes.includes(event.to) ? arrivedSeries(event.to) : undefined;
};
