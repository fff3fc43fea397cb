/**
 * The providers' rates, second by second. In: the windows, what the engine expects, and who is paused. Out: points for
 * the live view's curves and for the picture in an alert.
 */
import type { Engine } from '../detect/engine.ts';
import { type Second, second } from '../events/event.ts';
import type { Target } from '../respond/target.ts';
import { parseSeries, type SeriesKey, seriesKey } from '../windows/series.ts';
import type { View } from '../windows/view.ts';
import type { RatePoint } from './feed.ts';

/** Fifteen minutes of points, and ten seconds to tell the present rate. */
const POINTS = 900;
const PRESENT = 10;

export interface Rates {
  /** Those that anything is known of, and those that are paused; in the order of their names. */
  providers(): readonly string[];
  /** Messages a second: over the last ten, and what is usual at this hour. */
  present(provider: string): { readonly rate: number; readonly expected: number };
  /** Points of each provider at or after a second; at most the last 900. */
  since(since: number): Readonly<Record<string, readonly RatePoint[]>>;
}

export const createRates = (parts: {
  readonly view: View;
  readonly engine: Pick<Engine, 'expected'>;
  readonly pauses: () => readonly Target[];
}): Rates => {
  const { view, engine } = parts;

  const providers = (): readonly string[] => {
    const named = [...view.series()].flatMap((key) => parseSeries(key).provider ?? []);
    return [...new Set([...named, ...parts.pauses().map((pause) => pause.provider)])].sort();
  };

  /** What a provider is watched by: what it says it sent, or, when it says nothing, what we gave it. */
  const sending = (provider: string): SeriesKey => {
    const sent = seriesKey({ metric: 'sent', provider });
    const { head } = view;
    const silent = head === undefined || view.sum(sent, second(head - POINTS), head) === 0;
    return silent ? seriesKey({ metric: 'submitted', provider }) : sent;
  };

  const points = (provider: string, from: Second, to: Second): RatePoint[] => {
    const series = sending(provider);
    const { rate, upper } = engine.expected(view.ofProvider(provider), series);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
      const at = second(from + index);
      return [at, view.count(series, at), rate, upper] as const;
    });
  };

  return {
    providers,
    present: (provider) => {
      const series = sending(provider);
      const head = view.head ?? second(0);
      return {
        rate: view.sum(series, second(head - PRESENT + 1), head) / PRESENT,
        expected: engine.expected(view.ofProvider(provider), series).rate,
      };
    },
    since: (since) => {
      const { head } = view;
      if (head === undefined) return {};
      const from = second(Math.max(since, head - POINTS + 1));
      return Object.fromEntries(providers().map((provider) => [provider, points(provider, from, head)]));
    },
  };
};
