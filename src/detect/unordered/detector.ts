/**
 * Excesses of what follows something else: failures, answers, and messages that nobody asked for. Of the findings on
 * messages that nobody asked for, the clearest of each provider is told.
 */
import { seriesKey } from '../../windows/series.ts';
import type { CreateDetector, Look, SealedStretch } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { perGeneration } from '../series/per-generation.ts';
import { lagsOf, learnLag, newLag, USUAL_LAGS } from '../statistics/lags.ts';
import {
  type Excess,
  findExcess,
  isUpToDate,
  learnShare,
  newShare,
  SHARES,
  shareOf,
} from '../statistics/shares.ts';
import { excessFinding } from './findings.ts';
import { type Follow, followsOf, lagOf, mainError } from './follows.ts';
import { clarityOf, isJudged, mustStandAt, type OrderSign } from './orders.ts';

/** Seconds after which an excess by counts is more than a few messages that came before their submissions. */
const GOES_ON = 300;

interface FoundExcess {
  readonly follow: Follow;
  readonly excess: Excess;
  readonly strong: boolean;
}

export const unorderedDetector: CreateDetector = ({ forecasts, learned, incidents, isLeftOut, config }) => {
  const shares = learned.of(SHARES);
  const lags = learned.of(USUAL_LAGS);
  const followsIn = perGeneration(({ view, index }) =>
    index.providers.flatMap((provider) => followsOf(view, provider)),
  );
  const lagCounts = perGeneration(({ view, index }) =>
    index.providers.flatMap((provider) => lagsOf(view, provider)),
  );
  const stateOf = ({ name }: Pick<Follow, 'name'>) => shares.get(name);

  const excessAt = (follow: Follow, look: Look, at: number): Excess | undefined => {
    const state = stateOf(follow);
    if (!state) return undefined;
    const { counted, base, settings } = follow;
    const lag = lagOf(follow, lags);
    const excess = findExcess(state, { counted, base, at, settings, lag, owed: owedOf(follow, look) });
    const fewest = follow.sign ? config.orders.minimum : config.burst.minimum;
    return excess && excess.surprise >= look.threshold && excess.count >= fewest ? excess : undefined;
  };

  /**
   * What an outage left in a queue and is still to come; where submissions are looked for, also those that the stream
   * is short of.
   */
  const owedOf = ({ detector, sign, provider, settings }: Follow, { at }: Look) => {
    if (detector !== 'unordered' || sign === 'order' || sign === 'twice') return undefined;
    const queued = forecasts.owedOf(seriesKey({ metric: 'sent', provider }), at);
    if (sign === undefined) return queued;
    const missing = forecasts.missing(provider, at);
    const byCounts = shares.get(`unordered ${provider}`);
    const sends = byCounts ? shareOf(byCounts, settings) : 1;
    return (from: number) => queued(from, sends) + missing(from);
  };

  const bySign = (sign: OrderSign, follow: Follow, look: Look): FoundExcess[] => {
    const clarity = clarityOf(stateOf(follow));
    if (clarity === 'blind') return [];
    const excess = excessAt(follow, look, look.at);
    if (!excess) return [];
    const stoodAt = mustStandAt(sign, look.at);
    const stands = stoodAt === look.at || excessAt(follow, look, stoodAt) !== undefined;
    return [{ follow, excess, strong: clarity === 'clear' && stands }];
  };

  /**
   * By counts a queue that is emptied looks the same: strong only when it goes on where none can be, and not told
   * where ids tell more.
   */
  const byCounts = (follow: Follow, look: Look): FoundExcess[] => {
    const state = stateOf(follow);
    // A share that stands on the prior alone is a guess.
    if (!state || state.base < follow.settings.weight) return [];
    if (follow.detector === 'unordered' && isToldById(follow, look)) return [];
    const excess = excessAt(follow, look, look.at);
    if (!excess) return [];
    const goesOn = look.at - excess.from + 1 >= GOES_ON && isUpToDate(state, look.at);
    return [{ follow, excess, strong: follow.detector === 'unordered' && goesOn }];
  };

  const isToldById = ({ provider, counted }: Follow, look: Look): boolean => {
    const { at } = look;
    const ids = followsIn(look).find((one) => one.sign === 'submission' && one.provider === provider);
    return ids !== undefined && clarityOf(stateOf(ids)) === 'clear' && isJudged(ids.base, counted, at);
  };

  const toFinding = ({ follow, excess, strong }: FoundExcess, { view, at }: Look): Finding => {
    const { detector, provider } = follow;
    const mostly =
      detector === 'failures' ? mainError(view, provider, { from: excess.from, to: at }) : undefined;
    return excessFinding(follow, { at, mostly, strong, lag: lagOf(follow, lags) }, excess);
  };

  const learnShares = (stretch: SealedStretch): void => {
    for (const follow of followsIn(stretch)) {
      const { name, provider, taught, base, settings } = follow;
      const state = shares.get(name) ?? newShare();
      shares.set(name, state);
      learnShare(state, {
        counted: taught,
        base,
        at: stretch.to,
        settings,
        lag: lagOf(follow, lags),
        isLeftOut: (from, to) => isLeftOut(name, from, to) || isLeftOut(provider, from, to),
      });
    }
  };

  const learnLags = (stretch: SealedStretch): void => {
    for (const { name, provider, steps } of lagCounts(stretch)) {
      const known = lags.get(name);
      if (!known && steps.every((of) => of.length === 0)) continue;
      const state = known ?? newLag();
      lags.set(name, state);
      learnLag(state, { steps, at: stretch.to, isLeftOut: (from, to) => isLeftOut(provider, from, to) });
    }
  };

  return {
    names: ['unordered', 'failures', 'replies', 'stop_surge'],
    look: (look) => {
      const found = followsIn(look).flatMap((follow) => {
        if (follow.counted.count(look.at) === 0) return [];
        return follow.sign ? bySign(follow.sign, follow, look) : byCounts(follow, look);
      });
      for (const { follow, excess } of found)
        incidents.note(follow.provider, follow.name, excess.from, look.at);
      return clearest(found).map((one) => toFinding(one, look));
    },
    learnMinute: (stretch) => {
      // What came in a block followed what was submitted before it by the lag as it was known then.
      learnShares(stretch);
      learnLags(stretch);
    },
  };
};

/** Keeps one excess a provider on messages that nobody asked for: a strong one, else the most surprising. */
const clearest = (found: readonly FoundExcess[]): FoundExcess[] =>
  found.filter(
    (one) =>
      one.follow.detector !== 'unordered' ||
      !found.some(
        (other) =>
          other.follow.detector === 'unordered' &&
          other.follow.provider === one.follow.provider &&
          isClearer(other, one),
      ),
  );

const isClearer = (one: FoundExcess, other: FoundExcess): boolean =>
  one.strong === other.strong
    ? one.excess.surprise > other.excess.surprise ||
      (one.excess.surprise === other.excess.surprise && one.follow.name < other.follow.name)
    : one.strong;
