/** Campaigns that go beyond what was announced, or beyond what campaigns are here. */
import type { Second } from '../../events/event.ts';
import type { CreateDetector } from '../detector.ts';
import type { Came } from '../series/came.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import type { WindowsView } from '../series/view-port.ts';
import { judgeRun } from './campaigns.ts';
import { campaignFinding } from './findings.ts';
import { planOf } from './plans.ts';
import { addToRun, newRun, RUNS } from './runs.ts';

export const campaignDetector: CreateDetector = ({ learned, histories }) => {
  const runs = learned.of(RUNS);

  const learnSecond = (view: WindowsView, at: Second, came: Came): void => {
    for (const { one } of came.of('campaign')) {
      const { key, metric, provider, name } = one;
      if (name === undefined) continue;
      const run = runs.get(key) ?? newRun({ series: key, metric, campaign: name, provider }, at);
      runs.set(key, run);
      addToRun(run, at, one.counts.count(at), planOf(view, name, { at, provider }));
      histories.learned(run);
    }
  };

  return {
    names: ['campaign'],
    look: ({ view, came, at }) => {
      const found = came.of('campaign').flatMap(({ one }) => {
        const run = runs.get(one.key);
        if (!run) return [];
        const plan = planOf(view, run.campaign, { at, provider: run.provider });
        const seen = judgeRun(run, plan, () => histories.of(one.metric));
        return seen ? [{ one, seen }] : [];
      });
      return clearestOfProvider(found, ({ one, seen }) => [one, seen.count]).map(({ one, seen }) =>
        campaignFinding(one, seen, at),
      );
    },
    learn: ({ view, came }) => {
      for (const [at, second] of came) learnSecond(view, at, second);
    },
  };
};
