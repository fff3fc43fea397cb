/**
 * Bursts of every provider, with who is to blame. In: the series index and a second. Out: findings, warnings where the
 * burst is one of everybody's, of an ordinary campaign, of a queue that is emptied, or of a series hardly known.
 */
import { type Second, second } from '../../events/event.ts';
import { DAY } from '../../events/time.ts';
import { seriesKey } from '../../windows/series.ts';
import { isOrdinary } from '../campaign/campaigns.ts';
import { type Explained, without } from '../campaign/plans.ts';
import { newRun, RUNS, type Run } from '../campaign/runs.ts';
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import type { GroupedSeries, HeldSeries, SeriesGroup } from '../series/series-index.ts';
import { SCANNED } from '../statistics/forecasts.ts';
import { surprise } from '../statistics/likelihood.ts';
import { sumBetween } from '../statistics/scan-quarters.ts';
import { SHARES } from '../statistics/shares.ts';
import { usuallySent } from '../unordered/follows.ts';
import { BLAMED, explains, MORE, type Part, roseTogether } from './blame.ts';
import { type Burst, findBurst } from './burst.ts';
import { burstFinding } from './findings.ts';

/** Of what a provider was given this much less is taken to be still owed: the share it sends is known no better. */
const LEAST_OWED = 0.98;

export const burstDetector: CreateDetector = ({ forecasts, learned, histories, incidents, config }) => {
  const settings = config.burst;
  const runs = learned.of(RUNS);
  const shares = learned.of(SHARES);

  const burstIn = (look: Look, { one, group }: GroupedSeries): Finding[] => {
    const { forecast, counts } = forecasts.of(look.view, one);
    const { at, threshold } = look;
    const burst = findBurst({ forecast, counts, at, threshold, minimum: settings.minimum });
    if (!burst) return [];
    if (!burst.learning) incidents.note(one.provider, one.key, Math.floor(burst.since / 1000), at);
    return [toFinding(look, group, one, burst)];
  };

  const toFinding = (look: Look, group: SeriesGroup, one: HeldSeries, burst: Burst): Finding => {
    const { view, at } = look;
    const since = second(Math.floor(burst.since / 1000));
    const from = second(Math.max(since, at - BLAMED + 1));
    const { forecast, counts: whole } = forecasts.of(view, one);
    const explained = forecasts.explained(one);
    const by = (held: readonly HeldSeries[], more: number) =>
      explains(
        held.flatMap((part) => partOf(part, explained)),
        { whole, expected: forecast.expected(from, at), stretch: { since, from, to: at }, more },
      );
    const campaign = by(group.campaigns, Number.NEGATIVE_INFINITY);
    // How much an announced campaign explains of a sender or a country is not known, so that neither can be blamed.
    const undisturbed = explained.every(({ counts }) => counts.sum(from, at) === 0);
    return burstFinding(one, burst, at, {
      falseAlarmsPerYear: settings.falseAlarmsPerYear,
      days: forecast.hourAt(at).days,
      learningDays: settings.learning / DAY,
      campaign,
      sender: undisturbed && group.senders.length > 1 ? by(group.senders, MORE) : undefined,
      country: undisturbed && group.countries.length > 1 ? by(group.countries, MORE) : undefined,
      together: roseTogether(burst.count / burst.expected, othersOf(look, group, burst)),
      ordinary: isOfOrdinaryCampaigns(look, group, one, burst),
      queued: queuedOf(look, one, burst),
    });
  };

  /** Messages that had been submitted before the burst and not been sent, when they explain it. */
  const queuedOf = ({ view, at }: Look, one: HeldSeries, burst: Burst): number | undefined => {
    const share = one.metric === 'sent' ? usuallySent(shares, one.provider) : undefined;
    if (share === undefined) return undefined;
    const queued = forecasts.owedOf(one.key, at)(Math.floor(burst.since / 1000), LEAST_OWED * share);
    if (queued === 0) return undefined;
    const stands = isBurst({ view, at }, one, { ...burst, expected: burst.expected + queued });
    return stands ? undefined : Math.round(queued);
  };

  const isBurst = (
    { view, at }: Pick<Look, 'view' | 'at'>,
    one: HeldSeries,
    { count, expected, seconds, threshold }: Burst,
  ): boolean => {
    const dispersion = forecasts.of(view, one).forecast.dispersion(at, seconds, expected);
    return surprise(count, expected, dispersion) >= threshold;
  };

  /** Whether there is no burst left without what ordinary campaigns sent in it. */
  const isOfOrdinaryCampaigns = (look: Look, group: SeriesGroup, one: HeldSeries, burst: Burst): boolean => {
    const since = second(Math.floor(burst.since / 1000));
    const explained = forecasts.explained(one);
    const history = histories.of(group.metric);
    let sent = 0;
    for (const { name, counts } of group.campaigns.flatMap((part) => partOf(part, explained))) {
      const unannounced = counts.sum(since, look.at);
      if (unannounced > 0 && isOrdinary(runOf(group, name, since), history)) sent += unannounced;
    }
    return sent > 0 && !isBurst(look, one, { ...burst, count: burst.count - sent });
  };

  /**
   * Counts of other providers in the burst's window; in the whole seconds it touches, where their quarters are not
   * known.
   */
  const othersOf = ({ everybody, at }: Look, { metric, provider }: SeriesGroup, burst: Burst) =>
    everybody().flatMap(({ view, group: other }) => {
      if (!other.all || other.metric !== metric || other.provider === provider) return [];
      const { forecast, counts } = forecasts.of(view, other.all);
      forecast.reach(at);
      const from = burst.since / 1_000;
      const to = from + burst.seconds;
      const since = Math.floor(from);
      const within = since < from ? sumBetween(counts, from, to) : undefined;
      return within === undefined
        ? [{ count: forecast.counted(since, at), expected: forecast.expected(since, at) }]
        : [{ count: within, expected: forecast.expected(from, to - 1) }];
    });

  /** What is known of a campaign; in its first seconds, before anything is learned, it is as small as any. */
  const runOf = ({ metric, provider }: SeriesGroup, campaign: string, from: Second): Run => {
    const series = seriesKey({ metric, provider, campaign });
    return runs.get(series) ?? newRun({ series, metric, campaign, provider }, from);
  };

  return {
    names: ['burst'],
    look: (look) =>
      SCANNED.flatMap((scope) => look.came.of(scope).flatMap((grouped) => burstIn(look, grouped))),
  };
};

/** What a burst may be blamed on, without what announcements explain of it. */
const partOf = ({ key, name, counts }: HeldSeries, explained: readonly Explained[]): Part[] => {
  if (name === undefined) return [];
  const own = explained.filter(({ series }) => series === key);
  const unannounced = without(
    () => counts,
    () => own,
  );
  return [{ name, counts: unannounced }];
};
