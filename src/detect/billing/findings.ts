/** From what is billed, and from what a provider does not tell, to findings. */
import { type Second, second, startOf } from '../../events/event.ts';
import { seriesKey } from '../../windows/series.ts';
import type { Finding } from '../finding.ts';
import type { Charge } from './accounts.ts';
import type { Overcharge } from './reconcile.ts';

export const usageFinding = (
  { provider, series, unit, from }: Charge,
  { billed, sent, submitted, strong }: Overcharge,
  at: Second,
): Finding => ({
  detector: 'usage',
  provider,
  series,
  at,
  since: startOf(second(from)),
  strength: strong ? 'strong' : 'warn',
  evidence: { billed, sent, submitted },
  says: `${provider} bills ${billed} ${unit}, but says that it sent ${sent}, and was asked for ${submitted}`,
});

export const blindFinding = (provider: string, at: Second): Finding => ({
  detector: 'blind',
  provider,
  series: seriesKey({ metric: 'sent', provider }),
  at,
  since: startOf(at),
  strength: 'warn',
  evidence: {},
  says: `${provider}’s messages carry neither orders nor submissions: tocsin cannot tell whether they were asked for`,
});
