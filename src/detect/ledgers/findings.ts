/** From what a provider says of a campaign beyond what was submitted of it to findings. */
import { type Second, second, startOf } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import { usuallyWithin } from '../wording.ts';
import type { Beyond } from './ledgers.ts';
import type { CampaignSaid } from './series.ts';

export const beyondFinding = (
  { provider, campaign, series, said }: CampaignSaid,
  { count, submitted, since }: Beyond,
  of: { readonly at: Second; readonly strong: boolean; readonly lag?: number },
): Finding => {
  const [did, does] = said === 'sent' ? (['sent', 'sends'] as const) : (['reported on', 'reports'] as const);
  const whole = `${provider} ${did} ${count} messages of campaign ${campaign}, of which ${submitted} were submitted`;
  return {
    detector: 'unordered',
    provider,
    campaign,
    series,
    at: of.at,
    since: startOf(second(since)),
    strength: of.strong ? 'strong' : 'warn',
    evidence: { count, submitted, ...(of.lag === undefined ? {} : { lag: of.lag }) },
    says: `${whole}${usuallyWithin(of.lag, does)}`,
  };
};
