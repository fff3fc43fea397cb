/** From what is wrong with a campaign to findings. */
import { type Second, second, startOf } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place, whoSent } from '../wording.ts';
import type { CampaignFinding } from './campaigns.ts';

export const campaignFinding = (one: WatchedSeries, seen: CampaignFinding, at: Second): Finding => ({
  ...place(one),
  campaign: one.name,
  detector: 'campaign',
  at,
  since: startOf(second(seen.since)),
  strength: seen.strong ? 'strong' : 'warn',
  evidence: { count: seen.count, expected: seen.expected },
  says: says(one, seen),
});

const says = (series: WatchedSeries, { kind, count, expected }: CampaignFinding): string => {
  const of = `${whoSent(series)} ${count} messages of campaign ${series.name}`;
  switch (kind) {
    case 'over':
      return `${of} beyond its announced audience of ${expected}`;
    case 'early':
      return `${of} before its announced start`;
    case 'late':
      return `${of} after its announced end`;
    case 'wrong_provider':
      return `${of}, which was announced through another provider`;
    case 'again':
      return `${of} a second time: it had gone out already, to ${expected}`;
    case 'unusual':
      return `${of}, which nobody announced: more, or faster, than twice any campaign before (${expected})`;
  }
};
