/**
 * Bursts: more messages than expected, over whatever length of time shows it best.
 *
 * scan.ts and scan-quarters.ts find the window, likelihood.ts says how surprising it is, threshold.ts how much is too
 * much; here it becomes something to tell. Counts only grow and expectations are those of full seconds, so a second may
 * be looked at while it fills: what is called early would be called at its end.
 */
import { type Ms, ms, type Second } from '../../events/event.ts';
import type { Counts } from '../series/view-port.ts';
import type { Forecast } from '../statistics/forecast.ts';
import type { ScanWindow } from '../statistics/scan.ts';
import { sumBetween } from '../statistics/scan-quarters.ts';
import { easedBy } from '../statistics/threshold.ts';

/**
 * A window is called only while its last eighth still has this share of its excess, and its last minute too: what
 * has ended is no burst, and neither one busy minute nor the burst's own end makes it one again.
 */
const TAIL_PART = 8;
const LAST_MINUTE = 60;
const TAIL_SHARE = 0.5;

export interface BurstInput {
  readonly forecast: Forecast;
  readonly counts: Counts;
  /** The newest second; it may still fill. */
  readonly at: Second;
  /** The threshold of all series, in nats (statistics/threshold.ts). */
  readonly threshold: number;
  /** Fewer messages than this are never called a burst. */
  readonly minimum: number;
}

export interface Burst {
  readonly since: Ms;
  readonly count: number;
  readonly expected: number;
  readonly seconds: number;
  /** How surprising the count is, in nats (statistics/likelihood.ts). */
  readonly surprise: number;
  /** What its surprise had to pass in this series, in nats. */
  readonly threshold: number;
  /** So little is known of the series that the burst helps to pause nobody. */
  readonly learning: boolean;
}

/** The clearest burst that goes on at `at`, if it passes the threshold. */
export const findBurst = (input: BurstInput): Burst | undefined => {
  const { forecast, counts, at, minimum } = input;
  const { rate, scatter, trust } = forecast.hourAt(at);
  const threshold = input.threshold - easedBy(rate, scatter.phi[0]);
  const goesOn = ({ from, to, count, expected }: ScanWindow): boolean => {
    const eighth = Math.max(1, Math.floor((to - from) / TAIL_PART));
    return [Math.min(LAST_MINUTE, eighth), eighth].every((seconds) => {
      const last = sumBetween(counts, to - seconds, to) ?? 0;
      const excess = last / forecast.expected(to - seconds, to - 1) - 1;
      return excess >= TAIL_SHARE * (count / expected - 1);
    });
  };
  const window = forecast.look(at, {
    least: threshold,
    accepts: (one) => one.count >= minimum && goesOn(one),
  });
  if (!window) return undefined;
  const { from, to, count, expected, surprise } = window;
  return {
    since: ms(from * 1_000),
    count,
    expected,
    seconds: to - from,
    surprise,
    threshold,
    learning: trust === 'none',
  };
};
