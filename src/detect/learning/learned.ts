/**
 * What detection has learned: baselines, shares, lags, campaigns, destinations, accounts, ledgers, texts, reach, by
 * name. Its only state that outlives the windows; saved as entries, so that only those that changed are written, each
 * with the version of its shape.
 */
import { HOUR_SECONDS } from '../../events/time.ts';

import type { Account } from '../billing/reconcile.ts';
import type { Run } from '../campaign/campaigns.ts';
import type { TextBook } from '../content/texts.ts';
import type { Destination } from '../destination/destinations.ts';
import type { CampaignLedger } from '../ledgers/ledgers.ts';
import type { Reach } from '../repeats/reach.ts';
import type { Baseline } from '../statistics/baseline.ts';
import type { LagState } from '../statistics/lags.ts';
import type { ShareState } from '../statistics/shares.ts';
import type { StopState } from '../stop/stop-codes.ts';

/** Entries of another version are not understood, and learned anew. */
export const LEARNED_VERSION = 1;

interface Kinds {
  readonly baseline: Baseline;
  readonly share: ShareState;
  readonly lag: LagState;
  readonly run: Run;
  readonly destination: Destination;
  readonly account: Account;
  readonly ledger: CampaignLedger;
  readonly texts: TextBook;
  readonly stop: StopState;
  readonly reach: Reach;
}
type Kind = keyof Kinds;

/** Days without anything after which an entry goes, and the most entries of a kind: the longest idle go first. */
const KEPT = {
  baseline: { days: 60, most: 10_000, seenAt: ({ recent }: Baseline) => recent.through * 60 },
  share: { days: 60, most: 5_000, seenAt: ({ through }: ShareState) => through * 600 },
  lag: { days: 60, most: 2_000, seenAt: ({ through }: LagState) => through * 600 },
  run: { days: 100, most: 5_000, seenAt: ({ last }: Run) => last },
  destination: { days: 100, most: 5_000, seenAt: ({ last }: Destination) => last },
  account: {
    days: 60,
    most: 1_000,
    seenAt: ({ hours, born }: Account) => (hours.at(-1)?.[0] ?? born / 3_600) * 3_600,
  },
  ledger: { days: 100, most: 5_000, seenAt: ({ last }: CampaignLedger) => last },
  texts: { days: 100, most: 2_000, seenAt: ({ through }: TextBook) => through },
  stop: { days: 100, most: 1_000, seenAt: ({ through }: StopState) => through * 600 },
  reach: {
    days: 25 / 24,
    most: 1_000,
    seenAt: ({ hours }: Reach) => (hours.at(-1)?.[0] ?? 0) * HOUR_SECONDS,
  },
} as const satisfies { [K in Kind]: { days: number; most: number; seenAt: (one: Kinds[K]) => number } };

const KINDS = Object.keys(KEPT) as Kind[];

export interface Learned {
  of<K extends Kind>(kind: K): Map<string, Kinds[K]>;
  /** Forgets what has been idle for long. `at` in epoch seconds. */
  prune(at: number): void;
  /** Entries that changed since the last call, as JSON; '' for one that is gone. */
  changes(): ReadonlyMap<string, string>;
  /** Takes entries back. Answers how many were of another version, and were left out. */
  restore(entries: ReadonlyMap<string, string>): number;
}

export const createLearned = (): Learned => {
  const all: { [K in Kind]: Map<string, Kinds[K]> } = {
    baseline: new Map(),
    share: new Map(),
    lag: new Map(),
    run: new Map(),
    destination: new Map(),
    account: new Map(),
    ledger: new Map(),
    texts: new Map(),
    stop: new Map(),
    reach: new Map(),
  };
  const saved = new Map<string, string>();

  const pruneKind = <K extends Kind>(kind: K, at: number): void => {
    const { days, most } = KEPT[kind];
    const seenAt = KEPT[kind].seenAt as (one: Kinds[K]) => number;
    const entries = all[kind] as Map<string, Kinds[K]>;
    for (const [name, one] of entries) if (at - seenAt(one) > days * 86_400) entries.delete(name);
    if (entries.size <= most) return;
    const idleFirst = [...entries].sort(([a, x], [b, y]) => seenAt(x) - seenAt(y) || (a < b ? -1 : 1));
    for (const [name] of idleFirst.slice(0, entries.size - most)) entries.delete(name);
  };

  return {
    of: <K extends Kind>(kind: K) => all[kind] as Map<string, Kinds[K]>,
    prune: (at) => {
      for (const kind of KINDS) pruneKind(kind, at);
    },
    changes: () => {
      const changed = new Map<string, string>();
      for (const kind of KINDS) {
        for (const [name, one] of all[kind]) {
          const text = JSON.stringify({ version: LEARNED_VERSION, ...one });
          if (saved.get(`${kind} ${name}`) !== text) changed.set(`${kind} ${name}`, text);
        }
      }
      for (const name of saved.keys()) {
        const [kind = '', ...rest] = name.split(' ');
        if (!all[kind as Kind].has(rest.join(' '))) changed.set(name, '');
      }
      for (const [name, text] of changed) {
        if (text === '') saved.delete(name);
        else saved.set(name, text);
      }
      return changed;
    },
    restore: (entries) => {
      let unknown = 0;
      for (const [name, text] of entries) {
        const [kind = '', ...rest] = name.split(' ');
        const { version, ...one } = JSON.parse(text) as { version: number };
        const known = all[kind as Kind] as Map<string, unknown> | undefined;
        if (version !== LEARNED_VERSION || !known) unknown += 1;
        else {
          known.set(rest.join(' '), one);
          saved.set(name, text);
        }
      }
      return unknown;
    },
  };
};
