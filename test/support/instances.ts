/**
 * Instances without a daemon around them: each reads partitions with a fold of its own, and the one that has the lease
 * evaluates. In: what they share, and the time of the events. Out: what was made of a stream, as `tocsin replay` writes
 * it down.
 */
import { contextIn } from '../../src/cli/replay/pass.ts';
import { forgetfulJournal, forgetfulOutbox, type ReplayLedger } from '../../src/cli/replay/state.ts';
import { createLeadership } from '../../src/cluster/leadership.ts';
import type { Lease } from '../../src/cluster/lease.ts';
import type { Config } from '../../src/config/schema.ts';
import { createEngine } from '../../src/detect/engine.ts';
import type { Checkpoint, WatchState } from '../../src/evaluate/checkpoint.ts';
import { createEvaluator } from '../../src/evaluate/evaluator.ts';
import { createMemoryMailbox } from '../../src/evaluate/mailbox.ts';
import { createReportDelays } from '../../src/evaluate/report-delays.ts';
import { createEvaluationStatus } from '../../src/evaluate/status.ts';
import { createWatch, type Moment } from '../../src/evaluate/watch.ts';
import { type Clock, type Ms, ms, type Second, startOf } from '../../src/events/event.ts';
import { createConsents } from '../../src/fold/consents.ts';
import { foldFrom } from '../../src/fold/from-config.ts';
import type { IncidentStore } from '../../src/incidents/store.ts';
import { createIngest } from '../../src/intake/ingest.ts';
import { createExecutor } from '../../src/respond/execute.ts';
import type { Gate } from '../../src/respond/gate/gate.ts';
import { estimate } from '../../src/windows/distinct.ts';
import type { WindowStore } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';
import { silent } from './offset-store.ts';

/** What is one, however many instances there are. */
export interface Shared {
  readonly config: Config;
  readonly store: WindowStore;
  readonly memory: Checkpoint;
  readonly incidents: IncidentStore;
  readonly gate: Gate;
  readonly book: ReplayLedger;
  /** The time of the events. */
  readonly clock: Clock;
  readonly onMoment?: (moment: Moment) => void;
  /** What now is to a decision: the second it is taken on, unless it is told. */
  readonly nowAt?: (second: Second) => Ms;
  /** Whether it lives through the stream, so that what it reads has just arrived. */
  readonly isLive?: boolean;
}

export type Instance = ReturnType<typeof createInstance>;

/** `lease`: how this instance holds it. */
export const createInstance = (shared: Shared & { readonly lease: Lease }) => {
  const { config, store, book, incidents, clock } = shared;
  const consents = createConsents(config.detect.stop);
  const ingest = createIngest({
    store,
    deadLetters: { put: async () => {} },
    fold: foldFrom(config, {
      hmacKey: 'replay',
      consents,
      beyondWindows: (provider, at) => view.beyond(provider, at),
    }),
    parse: { preset: config.intake.preset, maxRecord: config.intake.maxRecord },
    clock,
    log: silent,
  });

  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const delays = shared.isLive ? createReportDelays({ view, isCurrent: () => true }) : undefined;
  const executor = createExecutor({
    gate: shared.gate,
    store: incidents,
    actuators: { run: () => [] },
    mode: async () => config.mode,
    clock,
    log: silent,
  });
  const evaluator = createEvaluator({
    config,
    store,
    watch: createWatch({ engine, view, life: { ...config.incidents, quietEndsPauses: true } }),
    checkpoint: shared.memory,
    leadership: createLeadership({ lease: shared.lease, clock }),
    incidents,
    journal: forgetfulJournal,
    mailbox: createMemoryMailbox(),
    outbox: forgetfulOutbox,
    executor,
    mode: () => config.mode,
    context: contextIn({ config, view, book, delays }),
    delays,
    status: createEvaluationStatus(),
    limits: { lateness: config.windows.lateness },
    nowAt: shared.nowAt ?? startOf,
    silentUntil: () => view.watermark ?? ms(0),
    clock,
    log: silent,
    onAction: book.action,
    onMoment: shared.onMoment,
  });

  return {
    ingest,
    /** As intake.ts does: who opted out is known from the store. */
    claim: async (partition: string) => {
      const claimed = await store.claim(partition);
      consents.take(partition, await store.consent(partition), claimed.next);
      return claimed;
    },
    look: evaluator.tick,
    save: evaluator.save,
    delays,
    lease: shared.lease,
  };
};

/** Incidents and actions kept where `store` keeps them, and written into the book as a replay does. */
export const alsoIn = (book: ReplayLedger, store: IncidentStore): IncidentStore => ({
  ...store,
  save: async (incidents, token) => {
    await store.save(incidents, token);
    await book.incidents.save(incidents);
  },
});

/** What a watch leaves to the next one, in the process. */
export const createMemory = (): Checkpoint => {
  let kept: WatchState | undefined;
  return {
    load: async () => kept,
    save: async (state) => {
      const learned = Object.entries({ ...kept?.learned, ...state.learned });
      kept = { ...state, learned: Object.fromEntries(learned.filter(([, text]) => text !== '')) };
    },
  };
};

/** Incidents in the process. */
export const createIncidents = (): IncidentStore => {
  const kept = new Map<string, string>();
  let actions: readonly string[] = [];
  return {
    load: async () => [...kept.values()].map((text) => JSON.parse(text)),
    save: async (incidents) => {
      for (const one of incidents) kept.set(one.id, JSON.stringify(one));
    },
    record: async (action) => {
      actions = [JSON.stringify(action), ...actions];
    },
    actions: async (limit) => actions.slice(0, limit).map((text) => JSON.parse(text)),
    close: async () => {},
  };
};
