/** What complete seconds teach besides the baselines: starts, campaigns, destinations, shares, accounts, lags, ledgers, texts. */

import { type Second, second } from '../../events/event.ts';
import { ACCOUNTS, book, newAccount } from '../billing/reconcile.ts';
import { addToRun, newRun, RUNS } from '../campaign/campaigns.ts';
import { planOf } from '../campaign/plans.ts';
import { createTextLearning } from '../content/learning.ts';
import { addDestination, DESTINATIONS } from '../destination/destinations.ts';
import { bookLedger, LEDGERS, newLedger, settleLedger, wholeMinutes } from '../ledgers/ledgers.ts';
import type { SeriesGroup, SeriesIndex } from '../series/series-index.ts';
import type { WindowsView } from '../series/view-port.ts';
import type { Forecasts } from '../statistics/forecasts.ts';
import { learnLag, newLag, USUAL_LAGS } from '../statistics/lags.ts';
import { learnShare, newShare, SHARES } from '../statistics/shares.ts';
import { lagOf } from '../unordered/follows.ts';
import type { Learned } from './learned.ts';

export const createLearner = (parts: {
  readonly learned: Learned;
  readonly forecasts: Forecasts;
  /** Whether [from, to] teaches nothing of what is named. */
  readonly isLeftOut: (name: string, from: number, to: number) => boolean;
}) => {
  const { learned, forecasts, isLeftOut } = parts;
  const runs = learned.of(RUNS);
  const destinations = learned.of(DESTINATIONS);
  const shares = learned.of(SHARES);
  const accounts = learned.of(ACCOUNTS);
  const lags = learned.of(USUAL_LAGS);
  const ledgers = learned.of(LEDGERS);

  const learnCampaigns = (
    view: WindowsView,
    { metric, provider, campaigns }: SeriesGroup,
    at: Second,
  ): void => {
    for (const { key, name, counts } of campaigns) {
      const count = counts.count(at);
      if (count === 0 || name === undefined) continue;
      const run = runs.get(key) ?? newRun({ series: key, metric, campaign: name, provider }, at);
      runs.set(key, run);
      addToRun(run, at, count, planOf(view, name, { at, provider }));
    }
  };

  const learnSecond = (view: WindowsView, group: SeriesGroup, at: Second): void => {
    for (const one of [group.all, group.marketing]) {
      if (one && one.counts.count(at) > 0) forecasts.of(view, one).forecast.seal(at);
    }
    learnCampaigns(view, group, at);
    for (const { key, counts } of [...group.countries, ...group.senders]) {
      if (counts.count(at) > 0) destinations.set(key, addDestination(destinations.get(key), at));
    }
  };

  return {
    texts: createTextLearning({ learned, isLeftOut }),
    seconds: (view: WindowsView, { groups }: SeriesIndex, from: Second, to: Second): void => {
      for (const one of groups) {
        if (!one.all || one.all.counts.sum(from, to) === 0) continue;
        for (let at = from as number; at <= to; at++) learnSecond(view, one, second(at));
      }
    },
    accounts: ({ books }: SeriesIndex, from: Second, to: Second): void => {
      for (const one of books) {
        const account = accounts.get(one.provider) ?? newAccount(from);
        accounts.set(one.provider, account);
        book(account, one, to);
      }
    },
    ledgers: ({ campaigns }: SeriesIndex, at: Second): void => {
      const to = wholeMinutes(at);
      for (const ledger of ledgers.values())
        settleLedger(ledger, to, (from, until) => !isLeftOut(ledger.provider, from, until));
      for (const { series, provider, said, counted, submitted } of campaigns) {
        const known = ledgers.get(series);
        if (!known && submitted.sum(to - 3_599, to) === 0) continue;
        // What was submitted before the provider was watched is not known.
        const whole = (accounts.get(provider)?.born ?? at) <= to - 7_200;
        const ledger = known ?? newLedger({ provider, said, whole }, to);
        ledgers.set(series, ledger);
        bookLedger(ledger, { counted, submitted }, to);
      }
    },
    lags: (index: SeriesIndex, at: Second): void => {
      for (const { name, provider, steps } of index.lags) {
        const known = lags.get(name);
        if (!known && steps.every((of) => of.length === 0)) continue;
        const state = known ?? newLag();
        lags.set(name, state);
        learnLag(state, { steps, at, isLeftOut: (from, to) => isLeftOut(provider, from, to) });
      }
    },
    shares: ({ follows }: SeriesIndex, at: Second): void => {
      for (const follow of follows) {
        const { name, provider, taught, base, settings } = follow;
        const state = shares.get(name) ?? newShare();
        shares.set(name, state);
        const teachesNothing = (from: number, to: number) =>
          isLeftOut(name, from, to) || isLeftOut(provider, from, to);
        const lag = lagOf(follow, learned);
        learnShare(state, { counted: taught, base, at, settings, lag, isLeftOut: teachesNothing });
      }
    },
  };
};
