/**
 * A pass: one watching of a log, with a configuration of its own, that pauses nobody and tells nobody.
 * In: a store that fills as the log is read. Out: incidents and actions in a ledger. Any number of passes may watch
 * the same store side by side, so that a log is read and parsed once however many settings are tried on it.
 */
import type { Logger } from 'pino';
import { createLeadership } from '../../cluster/leadership.ts';
import { createSoleLease } from '../../cluster/lease.ts';
import type { Config } from '../../config/schema.ts';
import { createEngine, type Engine } from '../../detect/engine.ts';
import { createEvaluator } from '../../evaluate/evaluator.ts';
import { createMemoryMailbox } from '../../evaluate/mailbox.ts';
import { createEvaluationStatus } from '../../evaluate/status.ts';
import { createWatch, type Moment } from '../../evaluate/watch.ts';
import { type Clock, type Ms, ms, type Second, startOf } from '../../events/event.ts';
import { actuatorsOf } from '../../respond/actuators/from-config.ts';
import { createExecutor } from '../../respond/execute.ts';
import type { DecisionContext } from '../../respond/guardrails.ts';
import { createDecisionContext } from '../../respond/situation.ts';
import type { Delays } from '../../windows/delays.ts';
import { estimate } from '../../windows/distinct.ts';
import type { WindowStore } from '../../windows/store/store.ts';
import { createView, type View } from '../../windows/view.ts';
import { forgetfulJournal, forgetfulOutbox, ledger, openGate, type ReplayLedger } from './state.ts';

export interface Pass {
  /** Looks at every second that the store has and that was not looked at yet. */
  look(): Promise<void>;
  /** Writes the incidents' last state to the ledger. */
  finish(): Promise<void>;
  readonly book: ReplayLedger;
  readonly view: View;
  readonly engine: Engine;
}

/** How long things take; what time it is in the log is the store's to say. */
const wallClock: Clock = () => ms(Date.now());

/** A pass over `store`, which whoever reads the log fills; `onMoment` is told every moment that was looked at. */
export const createPass = (parts: {
  readonly config: Config;
  readonly store: WindowStore;
  readonly log: Logger;
  readonly onMoment?: (moment: Moment) => void;
}): Pass => {
  const { config, store, log } = parts;
  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const book = ledger();
  let now: Ms = ms(0);
  const executor = createExecutor({
    gate: openGate(),
    store: book.incidents,
    actuators: { run: () => [] },
    mode: async () => config.mode,
    clock: () => now,
    log,
  });
  const evaluator = createEvaluator({
    config,
    store,
    watch: createWatch({ engine, view, life: { ...config.incidents, quietEndsPauses: true } }),
    checkpoint: { load: async () => undefined, save: async () => {} },
    leadership: createLeadership({ lease: createSoleLease(), clock: wallClock }),
    incidents: book.incidents,
    journal: forgetfulJournal,
    mailbox: createMemoryMailbox(),
    outbox: forgetfulOutbox,
    executor,
    mode: () => config.mode,
    context: contextIn({ config, view, book }),
    status: createEvaluationStatus(),
    limits: { lateness: config.windows.lateness },
    nowAt: (at: Second) => {
      now = startOf(at);
      return now;
    },
    silentUntil: () => view.watermark ?? ms(0),
    clock: wallClock,
    log,
    onMoment: parts.onMoment,
    onAction: book.action,
  });
  return { look: evaluator.tick, finish: evaluator.save, book, view, engine };
};

/** The context of decisions where nobody is really paused: what stands are the pauses written down, and nothing else. */
export const contextIn = (parts: {
  readonly config: Config;
  readonly view: View;
  readonly book: Pick<ReplayLedger, 'pauses'>;
  /** Known where a stream is lived through instead. */
  readonly delays?: Pick<Delays, 'usual' | 'providers'>;
}): (() => DecisionContext) =>
  createDecisionContext({
    view: parts.view,
    delays: parts.delays,
    providers: parts.config.providers,
    active: () => parts.book.pauses().filter(({ dryRun }) => !dryRun),
    reaches: actuatorsOf(parts.config.providers, {}, []).reaches,
  });
