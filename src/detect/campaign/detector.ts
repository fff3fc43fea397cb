/** Campaigns that go beyond what was announced, or beyond what campaigns are here. */
import type { Second } from '../../events/event.ts';
import type { CreateDetector } from '../detector.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { eachSecond } from '../series/each-second.ts';
import type { SeriesGroup } from '../series/series-index.ts';
import type { WindowsView } from '../series/view-port.ts';
import { judgeRun } from './campaigns.ts';
import { campaignFinding } from './findings.ts';
import { planOf } from './plans.ts';
import { addToRun, newRun, RUNS } from './runs.ts';

export const campaignDetector: CreateDetector = ({ learned, histories }) => {
  const runs = learned.of(RUNS);

  const learnSecond = ({ metric, provider, campaigns }: SeriesGroup, at: Second, view: WindowsView): void => {
    for (const { key, name, counts } of campaigns) {
      const count = counts.count(at);
      if (count === 0 || name === undefined) continue;
      const run = runs.get(key) ?? newRun({ series: key, metric, campaign: name, provider }, at);
      runs.set(key, run);
      addToRun(run, at, count, planOf(view, name, { at, provider }));
    }
  };

  return {
    names: ['campaign'],
    look: ({ view, index, at }) => {
      const found = index.groups.flatMap(({ metric, campaigns }) =>
        campaigns.flatMap((one) => {
          const run = one.counts.count(at) > 0 ? runs.get(one.key) : undefined;
          if (!run) return [];
          const plan = planOf(view, run.campaign, { at, provider: run.provider });
          const seen = judgeRun(run, plan, () => histories.of(metric));
          return seen ? [{ one, seen }] : [];
        }),
      );
      return clearestOfProvider(found, ({ one, seen }) => [one, seen.count]).map(({ one, seen }) =>
        campaignFinding(one, seen, at),
      );
    },
    learn: (stretch) => eachSecond(stretch, learnSecond),
  };
};
