/**
 * Repeats of every provider: of its marketing as a whole, and what that does not show, by campaign, by text, and beyond
 * marketing.
 */
import { type Second, secondOf } from '../../events/event.ts';
import { seriesKey } from '../../windows/series.ts';
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { perGeneration } from '../series/per-generation.ts';
import type { HeldSeries } from '../series/series-index.ts';
import type { WindowsView } from '../series/view-port.ts';
import { repeatedFinding, repeatsFinding, sameTextFinding } from './findings.ts';
import { hourOf, REACHES, repeatsOf, startOfHour } from './reach.ts';
import { createReachLearning } from './reach-learning.ts';
import { findRepeated, findRepeats, findSameText, type ReachedBefore, type Repeats } from './repeats.ts';
import { createSlowRepeats } from './slow-repeats.ts';

export const repeatsDetector: CreateDetector = (context) => {
  const { estimate, learned, incidents, pauses } = context;
  const config = context.config.repeats;
  const reaches = learned.of(REACHES);
  const reached = new WeakMap<WindowsView, ReachedBefore>();
  const reachedIn = (view: WindowsView): ReachedBefore => {
    const known = reached.get(view) ?? new Map();
    reached.set(view, known);
    return known;
  };
  const findSlow = createSlowRepeats({ config: config.slow, estimate });

  /** Repeats over hours. What was sent before a pause is not held against what comes after it. */
  const slowRepeats = (view: WindowsView, { key, provider }: HeldSeries, at: Second) => {
    const reach = reaches.get(key);
    if (!reach || pauses.touchesSeconds(provider, secondOf(startOfHour(hourOf(at) - 1)), at))
      return undefined;
    return findSlow({ view, series: key, at, reach });
  };

  const ofProviders = ({ view, came, at }: Look): Finding[] => {
    const found = came.of('marketing').flatMap(({ one }) => {
      const slow = () => slowRepeats(view, one, at);
      const seen = findRepeats({
        ...{ view, series: one.key, at, config, estimate, slow },
        reached: reachedIn(view),
      });
      if (seen?.strength === 'strong') incidents.note(one.provider, repeatsOf(one.key), at, at);
      return seen ? [{ one, seen }] : [];
    });
    return clearestOfProvider(found, ({ one, seen }) => [one, repeatsWeight(seen)]).map(({ one, seen }) =>
      repeatsFinding(one, seen, at),
    );
  };

  const ofMarketing = ({ came, at }: Look): Finding[] =>
    came.of('repeated').flatMap(({ one, group: { isJudged, campaigns, marketing } }) => {
      const all = one.name === undefined ? marketing : campaigns.find(({ name }) => name === one.name);
      if (!all || !isJudged) return [];
      const seen = findRepeated(
        { repeated: one.counts, all: all.counts, at, config },
        one.name === undefined ? 'text' : 'campaign',
      );
      return seen ? [repeatedFinding(one, seen, at)] : [];
    });

  const sameTextsIn = perGeneration(
    ({ index }) =>
      new Map(
        index.groups.map((group) => [
          group,
          (['transactional', 'otp'] as const).map((category) => ({
            category,
            series: seriesKey({ metric: group.metric, provider: group.provider, category, part: 'again' }),
          })),
        ]),
      ),
  );

  const ofOthers = (look: Look): Finding[] => {
    const { view, at } = look;
    return look.came.of('all').flatMap(({ group }) => {
      if (!group.isJudged) return [];
      const { provider, metric } = group;
      return (sameTextsIn(look).get(group) ?? []).flatMap(({ category, series }) => {
        const seen = findSameText({ view, series, at, config, estimate });
        return seen ? [sameTextFinding({ provider, metric, category, series }, seen, at)] : [];
      });
    });
  };

  return {
    names: ['repeats'],
    look: (look) => [...ofProviders(look), ...ofMarketing(look), ...ofOthers(look)],
    learnHour: createReachLearning({ reaches, incidents, pauses }),
  };
};

const repeatsWeight = ({ strength, evidence }: Repeats): number =>
  (strength === 'strong' ? 1e12 : 0) + evidence.people * 1e6 + evidence.ratio;
