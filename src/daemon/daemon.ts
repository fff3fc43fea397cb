/**
 * The composition root: the way of an event from the intake to the live view, each part made of those above it. In: the
 * configuration. Out: a daemon that runs. What runs in which order, and how it is stopped, stands in start.ts.
 */
import type { Logger } from 'pino';
import { createLeadership } from '../cluster/leadership.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { createEngine } from '../detect/engine.ts';
import { createEvaluator } from '../evaluate/evaluator.ts';
import { createEvaluationLoop } from '../evaluate/loop.ts';
import { createReportDelays } from '../evaluate/report-delays.ts';
import { createEvaluationStatus } from '../evaluate/status.ts';
import { createWatch, type Moment } from '../evaluate/watch.ts';
import { type Clock, type Second, startOf } from '../events/event.ts';
import { hidesArrival } from '../health/blindness.ts';
import type { Action } from '../incidents/incident.ts';
import { createIntake } from '../intake/intake.ts';
import type { Ingest } from '../intake/source.ts';
import { createRates } from '../live/rates.ts';
import { createRecentLines } from '../live/recent-lines.ts';
import { createLiveSource } from '../live/source.ts';
import { createChannels } from '../notify/channels/channels.ts';
import { waking } from '../notify/outbox/waking.ts';
import { ratePicture } from '../notify/slack/rate-picture.ts';
import { openActivePauses } from '../respond/active.ts';
import { actuatorsOf } from '../respond/actuators/from-config.ts';
import { createActuators } from '../respond/actuators/run.ts';
import { LATELY } from '../respond/auto-pause.ts';
import { createExecutor } from '../respond/execute.ts';
import type { Pause } from '../respond/gate/gate.ts';
import type { HandsOffToggle } from '../respond/hands-off.ts';
import { createOperators } from '../respond/manual.ts';
import { createModeSwitch } from '../respond/mode.ts';
import { OFFERS } from '../respond/offers.ts';
import { createDecisionContext } from '../respond/situation.ts';
import { createPauseSupervisor } from '../respond/supervise.ts';
import { messageOf } from '../runtime/errors.ts';
import { createLifecycle, type Lifecycle, starting } from '../runtime/lifecycle.ts';
import { estimate } from '../windows/distinct.ts';
import { createView } from '../windows/view.ts';
import { openControlTopic, slackButtonsOf } from './edges.ts';
import { createHealthParts } from './health.ts';
import { createHttp } from './http.ts';
import { startInOrder } from './start.ts';
import { openState } from './state.ts';

export interface DaemonOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** The wall clock, or a scenario's own time. */
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly onMoment?: (moment: Moment) => void;
  readonly onAction?: (action: Action) => void;
  /** Called after each batch that was counted. */
  readonly onBatch?: () => void;
}

export interface Daemon {
  /** Where the live view listens. */
  readonly url: string;
  /** Feeds records in by hand: the demo's way in. */
  readonly ingest: Ingest;
  readonly claim: (partition: string) => Promise<{ epoch: number; next: number }>;
  readonly pauses: () => readonly Pause[];
  /** Events counted since the start. */
  readonly counted: () => number;
  /** Looks at what is there, now. */
  tick(): Promise<void>;
  /** Hands off everything, by a file in the data directory, or on again; never rejects. */
  toggleHandsOff(reason: string): Promise<HandsOffToggle>;
  /**
   * Everything counted is written, every socket closed; within ten seconds, and it never rejects. Answers the names of
   * the steps that could not be done, each of which the log explains.
   */
  stop(): Promise<readonly string[]>;
}

/** A record that has waited to be read for so long, in ms, says nothing about when its sender sent it. */
const CURRENT = 10_000;

/** Rejects when it cannot start; what it has opened by then is closed again. */
export const startDaemon = (options: DaemonOptions): Promise<Daemon> => {
  const lifecycle = createLifecycle({ log: options.log });
  return starting(lifecycle, () => compose(options, lifecycle));
};

const compose = async (options: DaemonOptions, lifecycle: Lifecycle): Promise<Daemon> => {
  const { config, secrets, log, clock, env } = options;

  // What all parts share: the stores, who leads, how far the evaluation is, what is paused, in which mode.
  const state = await openState(config, { secrets, log, lifecycle });
  const { store, gate, journal, incidents, mailbox } = state;
  const leadership = createLeadership({ lease: state.lease, clock });
  const status = createEvaluationStatus();
  const agreement = state.agreement(config, clock);
  const active = await openActivePauses({ gate, agreement, dataDir: config.dataDir });
  const mode = await createModeSwitch({ gate, journal, configured: config.mode, clock, log });

  // Intake: records become events, events become counts.
  const recentLines = createRecentLines();
  const intake = createIntake({
    config,
    secrets,
    store,
    hmacKey: state.hmacKey,
    clock,
    log,
    onBatch: (events) => {
      recentLines.show(events);
      options.onBatch?.();
    },
    evaluated: status.evaluated,
    usualDelay: (provider) => delays.usual(provider) ?? 0,
    beyondWindows: (provider, at) => view.beyond(provider, at),
  });
  lifecycle.push({
    name: 'dead letters',
    stop: intake.close,
    within: 1_000,
    otherwise: 'what was being set aside is read again at the next start',
  });

  // Windows, detection, incidents: the watch.
  const view = createView();
  const engine = createEngine({ config: config.detect, estimate });
  const watch = createWatch({ engine, view, life: config.incidents });
  const delays = createReportDelays({
    view,
    isCurrent: () => intake.isFed() && intake.waiting() < CURRENT && !monitor.blind().some(hidesArrival),
  });

  // Respond: orders to the gate and to the providers.
  const controlTopic = openControlTopic({ config, secrets, log, lifecycle });
  const actuators = actuatorsOf(config.providers, env, controlTopic ? [controlTopic] : []);
  const executor = createExecutor({
    gate,
    store: incidents,
    actuators: createActuators(actuators.of, { log }),
    mode: mode.now,
    clock,
    leads: leadership.holds,
    log,
    onLate: (action) =>
      void mailbox
        .pass({ kind: 'acted', action })
        .catch((error) => log.error({ error: messageOf(error) }, 'not recorded')),
  });

  // Notify: what is put into the outbox is delivered.
  const rates = createRates({ view, engine, pauses: active.pauses });
  const buttons = slackButtonsOf(config, secrets);
  const delivery = createChannels({
    config: config.notify,
    secrets,
    outbox: state.outbox,
    log,
    allowed: leadership.leading,
    ...(buttons ? { offers: new Set(OFFERS) } : {}),
    pictureOf: (provider) =>
      ratePicture(provider, new Map(Object.entries(rates.since(0))).get(provider) ?? []),
  });
  const outbox = waking(state.outbox, delivery.wake);

  // Health: whether tocsin sees, and who is told when it does not.
  const { monitor, heartbeat, health } = createHealthParts({
    config,
    secrets,
    env,
    intake,
    view,
    engine,
    delays,
    pauses: active.pauses,
    leading: leadership.leading,
    status,
    board: state.board(clock),
    outbox,
    journal,
    delivery,
    clock,
    log,
  });

  // Evaluate: the watch is driven, and what it finds is decided on, carried out and told.
  const context = createDecisionContext({
    view,
    providers: config.providers,
    active: active.pauses,
    reaches: actuators.reaches,
    service: {
      problems: () => [...intake.problems(), ...monitor.problems()],
      isLog: config.intake.kafka !== undefined,
      handsOff: active.handsOffOf,
      isChanging: active.isChanging,
      clock,
    },
    delays,
  });
  const evaluator = createEvaluator({
    config,
    leadership,
    status,
    store,
    watch,
    checkpoint: state.checkpoint,
    incidents,
    journal,
    mailbox,
    outbox,
    executor,
    mode: () => mode.view().mode,
    context,
    delays,
    limits: { lateness: config.windows.lateness },
    nowAt: () => clock(),
    silentUntil: () => (intake.isBehind() ? (view.watermark ?? startOf(0 as Second)) : clock()),
    clock,
    log,
    onMoment: options.onMoment,
    onAction: options.onAction,
  });
  const supervise = createPauseSupervisor({
    config,
    view,
    pauses: active.pauses,
    incidents: watch.incidents,
    actions: () => incidents.actions(LATELY),
    context,
    executor,
    verify: evaluator.verify,
    told: evaluator.told,
    clock,
  });
  const evaluation = createEvaluationLoop({
    every: config.detect.every,
    evaluator,
    follow: async () => {
      await Promise.all([active.refresh(), mode.refresh()]);
      if (leadership.leading()) await supervise();
    },
    outbox,
    status,
    clock,
    log,
  });

  // Live: what watchers see, and the orders they give.
  const operators = createOperators({
    incidents: watch.incidents,
    pauses: active.pauses,
    executor,
    gate,
    journal,
    mute: outbox.mute,
    told: evaluator.told,
    acknowledge: evaluator.acknowledge,
    refresh: active.refresh,
    clock,
  });
  const live = createLiveSource({
    mode: mode.view,
    policy: config.respond,
    delays,
    clock,
    rates,
    feed: recentLines.after,
    incidents: watch.incidents,
    pauses: active.pauses,
    handsOff: active.handsOff,
    health,
    orders: { ...operators.orders, setMode: mode.set },
  });
  const server = createHttp({
    config,
    secrets,
    journal,
    outbox,
    once: state.once,
    source: live,
    intake,
    view,
    mode: () => mode.view().mode,
    context,
    leading: leadership.leading,
    problems: () => health().problems,
    slack: buttons && { ...buttons, orders: operators.buttons },
    clock,
    log,
  });

  const { url } = await startInOrder({
    lifecycle,
    delivery,
    server,
    evaluator,
    evaluation,
    status,
    intake,
    monitor,
    heartbeat,
    clock,
  });
  log.info({ url, mode: mode.view().mode }, 'tocsin is watching');

  return {
    url,
    ingest: intake.ingest,
    claim: intake.claim,
    pauses: active.pauses,
    counted: () => intake.counted().events,
    tick: evaluation.tick,
    toggleHandsOff: active.toggle,
    stop: lifecycle.stop,
  };
};
