/** From what is wrong or new in texts to findings. */
import { type Second, second, startOf } from '../../events/event.ts';
import { seriesKey } from '../../windows/series.ts';
import type { Finding } from '../finding.ts';
import { saysLinks, saysTexts, saysWrongTexts } from '../says.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place } from '../tell.ts';
import { type ContentFinding, FAULT_SECONDS, type NewLinks, type WrongTexts } from './content.ts';

interface TextPlace {
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  readonly at: Second;
  /** Epoch seconds. */
  readonly since: number;
}

/** Evidence says by 1 and 0 what it is a sign of. */
export const textsFinding = (seen: ContentFinding, { provider, metric, at, since }: TextPlace): Finding => ({
  detector: 'content',
  provider,
  ...(seen.campaign === undefined ? {} : { campaign: seen.campaign }),
  series: seriesKey({ metric, provider, campaign: seen.campaign, part: 'text' }),
  at,
  since: startOf(second(since)),
  strength: 'warn',
  evidence: {
    count: seen.count,
    messages: seen.messages,
    newText: seen.kind === 'far_from_campaign' ? 0 : 1,
    otherProvider: seen.kind === 'other_provider' ? 1 : 0,
    farFromCampaign: seen.kind === 'far_from_campaign' ? 1 : 0,
  },
  says: saysTexts({ provider, metric }, seen),
});

export const linksFinding = (seen: NewLinks, { provider, metric, at, since }: TextPlace): Finding => ({
  detector: 'content',
  provider,
  series: seriesKey({ metric, provider, part: 'link' }),
  at,
  since: startOf(second(since)),
  strength: 'warn',
  evidence: { count: seen.count, newLinks: seen.hosts },
  says: saysLinks({ provider, metric }, seen),
});

export const wrongTextsFinding = (one: WatchedSeries, seen: WrongTexts, at: Second): Finding => ({
  ...place(one),
  detector: 'content',
  at,
  since: startOf(second(at - FAULT_SECONDS + 1)),
  strength: seen.strength,
  evidence: { count: seen.count, messages: seen.messages, seconds: FAULT_SECONDS },
  says: saysWrongTexts(one, seen),
});
