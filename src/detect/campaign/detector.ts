/** Campaigns that go beyond what was announced, or beyond what campaigns are here. In: the series index and a second. */

import type { Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import type { Learned } from '../learning/learned.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { type History, historyOf, judgeRun, RUNS, type Run } from './campaigns.ts';
import { campaignFinding } from './findings.ts';
import { planOf } from './plans.ts';

export interface Histories {
  /** The history of a metric's campaigns: gone through once for every look until more is learned. */
  of(metric: Run['metric']): History;
  /** More was learned, or something else. */
  forget(): void;
}

export const createHistories = (learned: Learned): Histories => {
  const runs = learned.of(RUNS);
  const known = new Map<Run['metric'], History>();
  return {
    of: (metric) => {
      const history = known.get(metric) ?? historyOf(metric, runs.values());
      known.set(metric, history);
      return history;
    },
    forget: () => known.clear(),
  };
};

export const createCampaignFindings = (parts: {
  readonly learned: Learned;
  readonly histories: Histories;
}): ((look: Look) => Finding[]) => {
  const { learned, histories } = parts;
  return ({ view, index, at }) => {
    const runs = learned.of(RUNS);
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
  };
};
