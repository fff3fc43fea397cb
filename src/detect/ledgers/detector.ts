/** What a provider says of a campaign beyond what was submitted of it; one finding a provider. */
import { type Second, second } from '../../events/event.ts';
import { HOUR_SECONDS } from '../../events/time.ts';
import { type SeriesKey, seriesKey } from '../../windows/series.ts';
import { ACCOUNTS } from '../billing/reconcile.ts';
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { perGeneration } from '../series/per-generation.ts';
import { isIn } from '../series/view-port.ts';
import { lagName, USUAL_LAGS, usualLag } from '../statistics/lags.ts';
import { beyondFinding } from './findings.ts';
import {
  type Beyond,
  bookLedger,
  clarityOfLedgers,
  findBeyond,
  LEDGERS,
  newLedger,
  settleLedger,
  wholeMinutes,
} from './ledgers.ts';
import { type CampaignSaid, campaignsSaid } from './series.ts';

export const ledgersDetector: CreateDetector = (context) => {
  const { forecasts, learned, isLeftOut } = context;
  const config = context.config.orders;
  const ledgers = learned.of(LEDGERS);
  const accounts = learned.of(ACCOUNTS);
  const lags = learned.of(USUAL_LAGS);
  const campaignsIn = perGeneration(({ view }) => campaignsSaid(view));
  const saidBySeries = perGeneration((windows) => {
    const found = new Map<SeriesKey, CampaignSaid>();
    for (const one of campaignsIn(windows)) for (const key of one.countedIn) found.set(key, one);
    return found;
  });

  const find = (one: CampaignSaid, look: Look): FoundBeyond | undefined => {
    const { at } = look;
    const ledger = ledgers.get(one.series);
    const beyond = ledger && findBeyond(ledger, one, at);
    if (!ledger || !beyond || Math.min(beyond.over, beyond.grown) < config.minimum) return undefined;
    const over = beyond.over - forecasts.missing(one.provider, at)(beyond.since);
    const { tolerated, share, messages } = config.campaigns;
    if (over < config.minimum || over <= tolerated * beyond.submitted) return undefined;
    const clarity = clarityOfLedgers(ledgers.values(), ledger);
    if (clarity === 'blind') return undefined;
    const much = over >= messages && over > share * beyond.submitted;
    return { one, beyond, strong: clarity === 'clear' && much && isSubmitted(one, beyond, look) };
  };

  /**
   * Where nothing at all is submitted, the stream of submissions may have broken off, and the excess proves nothing.
   */
  const isSubmitted = ({ provider }: CampaignSaid, { since }: Beyond, { view, at }: Look): boolean =>
    view.sum(seriesKey({ metric: 'submitted', provider }), second(since), at) >= config.minimum;

  const toFinding = ({ one, beyond, strong }: FoundBeyond, at: Second): Finding => {
    const lag = usualLag(lags.get(lagName(one.said, one.provider)));
    return beyondFinding(one, beyond, { at, strong, lag });
  };

  /**
   * Whether all that was submitted can have been seen: of a provider that has only just come to be watched it cannot.
   */
  const isWhole = (provider: string, to: number): boolean => {
    const account = accounts.get(provider);
    return account !== undefined && account.born <= to - 2 * HOUR_SECONDS;
  };

  return {
    names: ['unordered'],
    look: (look) => {
      const best = new Map<string, FoundBeyond>();
      const bySeries = saidBySeries(look);
      const said = new Set(look.came.keys.flatMap((key) => bySeries.get(key) ?? []));
      for (const one of said) {
        const found = find(one, look);
        const rival = best.get(one.provider);
        if (found && (!rival || isClearer(found, rival))) best.set(one.provider, found);
      }
      return [...best.values()].map((found) => toFinding(found, look.at));
    },
    learnMinute: (stretch) => {
      const to = wholeMinutes(stretch.to);
      for (const ledger of ledgers.values())
        if (isIn(stretch.view, ledger.provider))
          settleLedger(ledger, to, (from, until) => !isLeftOut(ledger.provider, from, until));
      for (const { series, provider, said, counted, submitted } of campaignsIn(stretch)) {
        const known = ledgers.get(series);
        if (!known && submitted.sum(to - HOUR_SECONDS + 1, to) === 0) continue;
        const ledger = known ?? newLedger({ provider, said, whole: isWhole(provider, to) }, to);
        ledgers.set(series, ledger);
        bookLedger(ledger, { counted, submitted }, to);
      }
    },
  };
};

/** Whether it goes further beyond; on a tie, whether it comes first by campaign, and by what was sent before reports. */
const isClearer = (found: FoundBeyond, rival: FoundBeyond): boolean =>
  found.beyond.over > rival.beyond.over ||
  (found.beyond.over === rival.beyond.over && placeOf(found) < placeOf(rival));

const placeOf = ({ one }: FoundBeyond): string => `${one.campaign} ${one.said === 'sent' ? 0 : 1}`;

interface FoundBeyond {
  readonly one: CampaignSaid;
  readonly beyond: Beyond;
  readonly strong: boolean;
}
