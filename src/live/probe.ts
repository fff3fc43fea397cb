/**
 * What the daemon has seen of the probe's test number: GET /v1/probes/stop.
 * In: the windows, so that it does not matter which instance read the events. Out: when its answers arrived and its
 * opt-outs were recorded in the last hour, second by second.
 */
import type { FastifyInstance } from 'fastify';
import { second } from '../events/event.ts';
import { maskAddress } from '../events/text/mask.ts';
import { arrivedSeries, type ProbeRules, recordedSeries } from '../fold/probe.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { View } from '../windows/view.ts';
import { at, ROUTES } from './routes.ts';

/** How many events are dated in each second (epoch s); seconds without any are left out. */
export type Sightings = ReadonlyArray<readonly [at: number, count: number]>;

/** What was seen of the test number within the last hour. */
export interface ProbeSeen {
  /** The test number, masked; null when the daemon's configuration has none. */
  readonly number: string | null;
  /** The answers that arrived, by the masked code they arrived at. */
  readonly arrived: Readonly<Record<string, Sightings>>;
  /** The opt-outs that were recorded. */
  readonly recorded: Sightings;
}

/** Adds GET /v1/probes/stop, which answers a `ProbeSeen`. */
export const registerProbe = (
  app: FastifyInstance,
  { probe, view }: { readonly probe: ProbeRules | undefined; readonly view: View },
): void => {
  const handler = async (): Promise<ProbeSeen> => {
    if (!probe) return { number: null, arrived: {}, recorded: [] };
    const arrived = probe.codes.map((code) => [maskAddress(code), sightings(view, arrivedSeries(code))]);
    return {
      number: maskAddress(probe.number),
      arrived: Object.fromEntries(arrived),
      recorded: sightings(view, recordedSeries),
    };
  };
  app.route({ ...at(ROUTES.probe), handler });
};

const sightings = (view: View, series: SeriesKey): Sightings => {
  const counts = view.of(series);
  const { first, head } = view;
  if (!counts || first === undefined || head === undefined) return [];
  return Array.from({ length: head - first + 1 }, (_, index) => second(first + index)).flatMap((at) => {
    const count = counts.count(at);
    return count > 0 ? [[at, count] as const] : [];
  });
};
