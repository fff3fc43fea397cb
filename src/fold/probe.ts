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
  /** The codes to which the test number sends STOP. */
  readonly codes: readonly string[];
}

/** The series of the test number's answers that arrived at a code. */
export const arrivedSeries = (code: string): SeriesKey =>
  seriesKey({ metric: 'probe', code: maskAddress(code), step: 'arrived' });
/** The series of the times when the test number was taken off the base. */
export const recordedSeries: SeriesKey = seriesKey({ metric: 'probe', step: 'recorded' });

/** The person who wrote an answer or whose consent it is; undefined when the event does not tell. */
export const personOf = (event: Answer): Address | undefined =>
  event.type === 'received' ? event.from : event.to;

/** The series in which an event of the test number counts; undefined when in none. */
export const probeSeriesOf = (event: Answer, { codes }: ProbeRules): SeriesKey | undefined => {
  if (event.type === 'opted_out') return recordedSeries;
  return event.type === 'received' && codes.includes(event.to) ? arrivedSeries(event.to) : undefined;
};
