/**
 * Learning from the past: a log goes through the watch, and only what was learned is kept. In: lines. Out: the
 * entries that a watch is loaded with, and what they know in words.
 */

import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { createEngine } from '../../detect/engine.ts';
import { createLearned } from '../../detect/learning/learned.ts';
import { BASELINES } from '../../detect/statistics/baseline.ts';
import { createWatch } from '../../evaluate/watch.ts';
import { DAY } from '../../events/time.ts';
import { estimate } from '../../windows/distinct.ts';
import { createMemoryStore } from '../../windows/store/memory.ts';
import type { Cursor } from '../../windows/store/store.ts';
import { createView } from '../../windows/view.ts';
import { readLog, spanOf } from '../replay/read-log.ts';

/** A series whose baseline has been learned, as far as it is known. */
export interface KnownSeries {
  readonly series: string;
  readonly days: number;
  /** How many of the 168 hours of the local week were seen at least once. */
  readonly hours: number;
}

/** What was learned, as people are told it. */
export interface Learning {
  readonly events: number;
  /** The records that could not be read. */
  readonly rejected: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly days: number;
  readonly series: readonly KnownSeries[];
}

/** How long to read before timers get a turn, in ms. */
const TURN_EVERY = 200;

/** Learns from a log; answers what is known in words, and the entries a watch is loaded with. */
export const learnFrom = async (
  source: AsyncIterable<readonly Buffer[]>,
  config: Config,
  log: Logger,
): Promise<{ readonly summary: Learning; readonly learned: Readonly<Record<string, string>> }> => {
  const store = createMemoryStore();
  const watch = createWatch({
    engine: createEngine({ config: config.detect, estimate }),
    view: createView(),
    life: config.incidents,
  });
  let cursor: Cursor | undefined;
  let turnedAt = Date.now();
  const counted = await readLog(source, {
    config,
    store,
    log,
    look: async () => {
      // Memory answers at once: without a turn now and then no timer would renew the lease.
      if (Date.now() - turnedAt > TURN_EVERY) {
        await turn();
        turnedAt = Date.now();
      }
      const changes = await store.read(cursor);
      cursor = changes.cursor;
      // Findings only keep what they are about from being learned.
      for (const _ of watch.advance(changes, { lateness: config.windows.lateness }));
    },
  });
  const { learned } = watch.save(true);
  const { events, rejected, first, last } = counted;
  const days = events > 0 ? Math.round((10 * (last - first)) / DAY) / 10 : 0;
  const summary = { events, rejected, ...spanOf(counted), days, series: knownIn(learned) };
  return { summary, learned };
};

const knownIn = (learned: Readonly<Record<string, string>>): KnownSeries[] => {
  const entries = createLearned();
  const baselines = entries.of(BASELINES);
  entries.restore(new Map(Object.entries(learned)));
  return [...baselines]
    .map(([series, { born, through, weeks }]) => ({
      series,
      days: Math.max(0, Math.floor((through - born) / 1_440)),
      hours: weeks.filter((seen) => seen > 0).length,
    }))
    .sort((a, b) => (a.series < b.series ? -1 : 1));
};
