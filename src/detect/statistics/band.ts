/** The band of a series: what it is expected to bring now, and from where on a burst would be called. */
import type { Second } from '../../events/event.ts';
import type { ForecastSeries } from './forecasts.ts';
import { countThatSurprises } from './likelihood.ts';
import { easedBy } from './threshold.ts';

export interface Band {
  /** Messages a second that are expected, those of announced campaigns included. */
  readonly rate: number;
  /** Messages a second, over the window asked for, at which a burst would be called. */
  readonly upper: number;
  readonly learning: boolean;
}

/** `announced`: messages a second that an announced campaign explains. `minimum`: no burst has fewer messages. */
export const bandOf = (
  { forecast }: ForecastSeries,
  of: {
    readonly at: Second;
    readonly seconds: number;
    readonly announced: number;
    readonly threshold: number;
    readonly minimum: number;
  },
): Band => {
  const { at, seconds, announced, minimum } = of;
  const { rate, trust, scatter } = forecast.hourAt(at);
  const mean = rate * seconds;
  const threshold = of.threshold - easedBy(rate, scatter.phi[0]);
  const most = countThatSurprises(threshold, mean, forecast.dispersion(at, seconds, mean));
  const upper = Math.max(minimum, most) / seconds + announced;
  return { rate: rate + announced, upper, learning: trust === 'none' };
};
