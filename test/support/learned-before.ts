/** What weeks of a steady stream have taught a watch, without living through them. */
import { LEARNED_VERSION } from '../../src/detect/learning/learned.ts';
import { newBaseline } from '../../src/detect/statistics/baseline.ts';
import { HOURS } from '../../src/detect/statistics/calendar.ts';
import { newShare } from '../../src/detect/statistics/shares.ts';
import { seriesKey } from '../../src/windows/series.ts';

/**
 * By `start`, in epoch ms: how many messages a second come through each provider, by `rates`, at every hour of the week,
 * that nearly all carry their orders, and where they go.
 */
export const learnedBefore = (
  start: number,
  rates: Readonly<Record<string, number>>,
): Record<string, string> => {
  const minute = Math.floor(start / 60_000);
  const share = { ...newShare(), through: Math.floor(minute / 10), base: 50_000, blocks: 200, errors: 200 };
  const entries = Object.entries(rates).flatMap(([provider, rate]) => [
    ...(['submitted', 'sent'] as const).map((metric) => {
      const baseline = {
        ...newBaseline(minute - 28 * 1_440),
        through: minute - 1,
        hours: Array<number>(HOURS).fill(rate),
        weeks: Array<number>(HOURS).fill(4),
        level: { messages: 50_000, expected: 50_000 },
        recent: { through: minute - 1, messages: 1_800 * rate, seconds: 1_800, related: 0 },
      };
      return [`baseline ${seriesKey({ metric, provider })}`, baseline] as const;
    }),
    ...['order', 'submission', 'report', 'twice'].map(
      (sign) => [`share unordered_${sign} ${provider}`, share] as const,
    ),
    ...(['submitted', 'sent'] as const).map(
      (metric) =>
        [
          `destination ${seriesKey({ metric, provider, country: 'FR' })}`,
          { first: 0, last: minute * 60, days: 30, day: minute * 60 },
        ] as const,
    ),
  ]);
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, JSON.stringify({ version: LEARNED_VERSION, ...entry })]),
  );
};
