/** What a provider says of a campaign beyond what was submitted of it. In: a look. Out: findings, one a provider. */

import type { Config } from '../../config/schema.ts';
import { type Second, second } from '../../events/event.ts';
import { seriesKey } from '../../windows/series.ts';
import type { Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import type { Learned } from '../learning/learned.ts';
import type { Forecasts } from '../statistics/forecasts.ts';
import { lagName, USUAL_LAGS, usualLag } from '../statistics/lags.ts';
import { beyondFinding } from './findings.ts';
import { type Beyond, findBeyond, LEDGERS, sightOfLedgers } from './ledgers.ts';
import type { CampaignSaid } from './series.ts';

export const createLedgerFindings = (parts: {
  readonly forecasts: Forecasts;
  readonly learned: Learned;
  readonly config: Config['detect']['orders'];
}): ((look: Look) => Finding[]) => {
  const { forecasts, learned, config } = parts;
  const ledgers = learned.of(LEDGERS);

  const find = (one: CampaignSaid, look: Look): FoundBeyond | undefined => {
    const { at } = look;
    const ledger = one.counted.count(at) > 0 ? ledgers.get(one.series) : undefined;
    const beyond = ledger && findBeyond(ledger, one, at);
    if (!ledger || !beyond || Math.min(beyond.over, beyond.grown) < config.minimum) return undefined;
    const over = beyond.over - forecasts.missing(one.provider, at)(beyond.since);
    const { tolerated, share, messages } = config.campaigns;
    if (over < config.minimum || over <= tolerated * beyond.submitted) return undefined;
    const sight = sightOfLedgers(ledgers.values(), ledger);
    if (sight === 'blind') return undefined;
    const much = over >= messages && over > share * beyond.submitted;
    return { one, beyond, strong: sight === 'clear' && much && isSubmitted(one, beyond, look) };
  };

  /** Where nothing is submitted, it may be the stream of submissions that has broken off. */
  const isSubmitted = ({ provider }: CampaignSaid, { since }: Beyond, { view, at }: Look): boolean =>
    view.sum(seriesKey({ metric: 'submitted', provider }), second(since), at) >= config.minimum;

  const tell = ({ one, beyond, strong }: FoundBeyond, at: Second): Finding => {
    const lag = usualLag(learned.of(USUAL_LAGS).get(lagName(one.said, one.provider)));
    return beyondFinding(one, beyond, { at, strong, lag });
  };

  return (look) => {
    const best = new Map<string, FoundBeyond>();
    for (const one of look.index.campaigns) {
      const found = find(one, look);
      const rival = best.get(one.provider);
      if (found && (!rival || found.beyond.over > rival.beyond.over)) best.set(one.provider, found);
    }
    return [...best.values()].map((found) => tell(found, look.at));
  };
};

interface FoundBeyond {
  readonly one: CampaignSaid;
  readonly beyond: Beyond;
  readonly strong: boolean;
}
