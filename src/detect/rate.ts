/**
 * The learned rate: how many messages a second a series is expected to bring.
 * In: complete seconds of a series. Out: the expected count of any stretch of the last hour, and its youth.
 * An exponentially weighted mean in event time. Seconds without messages count as zeros, but cost nothing: the
 * decay over a gap has a closed form and is worked out when the next message comes.
 */
import type { Config } from '../config/schema.ts';
import type { Second } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';

export interface Expectation {
  /** Messages a second, at the newest second known. */
  readonly rate: number;
  /** The series is too young for its rate to be trusted; `rate` is then at least the prior. */
  readonly learning: boolean;
  /** Seconds of history the rate stands on, at most twice the mean life of the weights. */
  readonly memory: number;
  /** Messages expected in [from, to], each second by what was expected at that time. */
  over(from: Second, to: Second): number;
}

export interface Rates {
  expectation(series: SeriesKey, at: Second): Expectation;
  /** A complete second with messages; call it in order of time, seconds without messages may be left out. */
  learn(series: SeriesKey, at: Second, count: number): void;
  /** Forgets the series that are idle for a day, and the longest idle ones beyond the limit. */
  prune(at: Second): void;
  readonly size: number;
  snapshot(): string;
  restore(json: string): void;
}

interface Rate {
  born: number;
  /** Learned up to and with this second. */
  through: number;
  /** Weighted messages and weighted seconds: their quotient is the rate. */
  messages: number;
  seconds: number;
  /** [second, expected rate from then on], at most one a minute of the last hour and one before it. */
  history: Array<[number, number]>;
}

const HOUR = 3_600;
const IDLE = 86_400;
const HISTORY_STEP = 60;
/** A series idle for long is not expected to bring nothing at all: this share of the prior is never news. */
const FLOOR_SHARE = 1 / 60;

export const createRates = (config: Config['detect']['burst'], limit = 10_000): Rates => {
  const decay = 2 ** (-1000 / config.halfLife);
  const learningSeconds = config.learning / 1000;
  const floor = config.priorRate * FLOOR_SHARE;
  let rates = new Map<SeriesKey, Rate>();

  /** Weighted sums `gap` seconds of zeros later. */
  const after = (rate: Rate, gap: number): { messages: number; seconds: number } => {
    const left = decay ** Math.max(0, gap);
    return { messages: rate.messages * left, seconds: rate.seconds * left + (1 - left) / (1 - decay) };
  };

  const isLearning = (rate: Rate, at: number): boolean => at - rate.born < learningSeconds;

  const expectedRate = (rate: Rate, at: number): number => {
    const { messages, seconds } = after(rate, at - 1 - rate.through);
    const learned = seconds > 0 ? messages / seconds : 0;
    return Math.max(learned, isLearning(rate, at) ? config.priorRate : floor);
  };

  /** Kish's effective sample size of the weights. */
  const memoryOf = (rate: Rate, at: number): number => {
    const { seconds } = after(rate, at - 1 - rate.through);
    const left = 1 - seconds * (1 - decay);
    return (seconds * (1 + decay)) / (1 + left);
  };

  /** What was expected from when on; the current rate holds since what was learned last. */
  const stepsOf = (rate: Rate, current: number, at: number): Rate['history'] => {
    const known: Rate['history'] = isLearning(rate, at) ? [[rate.born, current]] : rate.history;
    return [...known, [rate.through + 1, current]];
  };

  /** Each step holds until the next; before the first, the prior does. */
  const over = (steps: Rate['history'], from: number, to: number): number => {
    let expected = 0;
    let end = to + 1;
    for (let i = steps.length - 1; i >= 0 && end > from; i--) {
      const [since, value] = steps[i] ?? [0, 0];
      if (since >= end) continue;
      const start = Math.max(since, from);
      expected += (end - start) * value;
      end = start;
    }
    return expected + Math.max(0, end - from) * config.priorRate;
  };

  const remember = (rate: Rate, at: number): void => {
    if (isLearning(rate, at)) {
      // Young, it is wide: what is known by now holds for all its life, so that a steady start is no burst.
      rate.history = [[rate.born, expectedRate(rate, at)]];
      return;
    }
    const last = rate.history.at(-1);
    if (last && at - last[0] < HISTORY_STEP) return;
    rate.history.push([at, expectedRate(rate, at)]);
    while ((rate.history[1]?.[0] ?? at) <= at - HOUR) rate.history.shift();
  };

  return {
    expectation: (series, at) => {
      const rate = rates.get(series);
      if (!rate) {
        const prior = config.priorRate;
        return { rate: prior, learning: true, memory: 0, over: (from, to) => (to - from + 1) * prior };
      }
      const current = expectedRate(rate, at);
      const steps = stepsOf(rate, current, at);
      return {
        rate: current,
        learning: isLearning(rate, at),
        memory: memoryOf(rate, at),
        over: (from, to) => over(steps, from, to),
      };
    },
    learn: (series, at, count) => {
      let rate = rates.get(series);
      if (!rate) {
        rate = { born: at, through: at - 1, messages: 0, seconds: 0, history: [] };
        rates.set(series, rate);
      }
      if (at <= rate.through) return;
      remember(rate, at);
      const { messages, seconds } = after(rate, at - 1 - rate.through);
      rate.messages = messages * decay + count;
      rate.seconds = seconds * decay + 1;
      rate.through = at;
    },
    prune: (at) => {
      for (const [series, rate] of rates) if (at - rate.through > IDLE) rates.delete(series);
      if (rates.size <= limit) return;
      const oldestFirst = [...rates].sort(([a, x], [b, y]) => x.through - y.through || (a < b ? -1 : 1));
      rates = new Map(oldestFirst.slice(-limit));
    },
    get size() {
      return rates.size;
    },
    snapshot: () => JSON.stringify([...rates].sort(([a], [b]) => (a < b ? -1 : 1))),
    restore: (json) => {
      rates = new Map(JSON.parse(json) as Array<[SeriesKey, Rate]>);
    },
  };
};
